package import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// The settings of a policy in RLlib's words.
package enum RLlibConfig {
    /// The settings that RLlib 2.10 needs to make the policy, to act with it, to train it and to save it again, over
    /// those of the file that the policy once came from.
    static func config(
        of policy: Policy, _ learning: RLlibLearning, id: PolicyID?, isAlone: Bool, kept: StateReader?
    ) -> StateMap {
        var config = StateMap()
        if case .map(let map)? = kept?.tree { config = map }
        let training = learning.training
        let policyClass = training.policyClass
        var form = common(policy)
        form["model"] = .map(model(policy.network.architecture, policyClass))
        switch policyClass {
        case .ppo: break
        case .dqn: for (key, value) in dqn(policy.network.architecture) { form[key] = value }
        case .sac: for (key, value) in sac(policy.network.architecture, learning) { form[key] = value }
        }
        overlay(form, on: &config, policyClass)
        var settings = training.settings
        if training.keepsSettings {
            for (key, _) in config { settings[key] = nil }
        }
        overlay(settings, on: &config, policyClass)
        // A policy alone has connectors only where it needs them: its filter is one.
        config["enable_connectors"] = .bool(!isAlone || policy.observationNormalizer != nil)
        if let id { config["__policy_id"] = .string(id.string) }
        config.append("worker_index", 0)
        config.append("export_native_model_files", false)
        return config
    }

    /// Lays settings over those of a file. What the file says stays where we have no equal for it, and where training does
    /// not depend on it.
    package static func overlay(_ settings: StateMap, on config: inout StateMap, _ policyClass: RLlibPolicyClass) {
        for (key, value) in settings { config[key] = merged(config[key], value, key, policyClass) }
    }

    private static func merged(
        _ old: StateTree?, _ new: StateTree, _ key: String, _ policyClass: RLlibPolicyClass
    ) -> StateTree {
        guard let old else { return new }
        if RLlibSetting.hasEntries(key, of: policyClass), case .map(var map) = old, case .map(let changes) = new {
            if let type = map["type"], kind(of: map) != kind(of: changes) {
                return RLlibSetting.givesWay("\(key)/type", from: type, of: policyClass) ? new : old
            }
            for (name, value) in changes { map[name] = merged(map[name], value, "\(key)/\(name)", policyClass) }
            return .map(map)
        }
        return RLlibSetting.hasEntries(key, of: policyClass) || RLlibSetting.givesWay(key, from: old, of: policyClass)
            ? new : old
    }

    /// The class that a setting describes, without its module; nil when it describes none.
    private static func kind(of map: StateMap) -> Substring? {
        guard case .string(let name)? = map["type"] else { return nil }
        return name.split(separator: ".").last
    }

    private static func common(_ policy: Policy) -> StateMap {
        [
            "framework": "torch", "num_gpus": 0, "_fake_gpus": false, "explore": true,
            "normalize_actions": .bool(
                policy.actionTransform != .clip && policy.actionTransform != .none || policy.actionSpace.isDiscrete),
            "clip_actions": .bool(policy.actionTransform == .clip),
            "observation_filter": .string(policy.observationNormalizer == nil ? "NoFilter" : "MeanStdFilter"),
            "output": nil, "in_evaluation": false, "num_workers": 0,
            "sample_collector":
                "ray.rllib.evaluation.collectors.simple_list_collector.SimpleListCollector",
            "callbacks": "ray.rllib.algorithms.callbacks.DefaultCallbacks",
        ]
    }

    private static func list(_ widths: [Int]) -> StateTree { .list(widths.map { .int(Int64($0)) }) }

    /// The network: RLlib takes this map as it is, without its defaults.
    private static func model(_ architecture: ActorCriticArchitecture, _ policyClass: RLlibPolicyClass) -> StateMap {
        var model: StateMap = [
            "fcnet_hiddens": list(architecture.hidden),
            "fcnet_activation": .string(RLlibModel.name(of: architecture.activation)),
            "post_fcnet_hiddens": [],
            "free_log_std": .bool(architecture.hasLogDeviation),
            "no_final_linear": .bool(policyClass == .dqn && dqnHeads(architecture) != nil),
            "vf_share_layers": .bool(policyClass == .ppo ? architecture.value != .separate : true),
            "max_seq_len": 20,
        ]
        // The layers of SAC are elsewhere.
        if policyClass == .sac {
            model["fcnet_hiddens"] = nil
            model["fcnet_activation"] = nil
            model["post_fcnet_hiddens"] = nil
        }
        return model
    }

    /// The widths of the hidden layers of DQN's heads, as RLlib has them; nil when it has no heads.
    private static func dqnHeads(_ architecture: ActorCriticArchitecture) -> [Int]? {
        if !architecture.headHidden.isEmpty { return architecture.headHidden }
        return architecture.value == .shared ? architecture.hidden.last.map { [$0] } : nil
    }

    private static func dqn(_ architecture: ActorCriticArchitecture) -> StateMap {
        [
            "hiddens": list(dqnHeads(architecture) ?? []), "dueling": .bool(architecture.value == .shared),
            "num_atoms": 1, "noisy": false,
        ]
    }

    private static func sac(_ architecture: ActorCriticArchitecture, _ learning: RLlibLearning) -> StateMap {
        func model(_ hidden: [Int], _ activation: Activation) -> StateTree {
            [
                "fcnet_hiddens": list(hidden), "fcnet_activation": .string(RLlibModel.name(of: activation)),
                "post_fcnet_hiddens": [], "post_fcnet_activation": nil, "custom_model": nil, "custom_model_config": [:],
            ]
        }
        return [
            "twin_q": .bool(learning.critics?.count != 1),
            "policy_model_config": model(architecture.hidden, architecture.activation),
            "q_model_config": model(
                learning.critics?.hidden ?? [], learning.critics?.activation ?? architecture.activation),
            "_deterministic_loss": false,
            "_use_beta_distribution": false,
        ]
    }
}
