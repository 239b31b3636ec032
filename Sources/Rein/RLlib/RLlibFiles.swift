package import ReinCheckpoints
import ReinPolicies

/// What MessagePack files hold so that RLlib reads them, from the states that they are to hold.
package struct RLlibFiles {
    private let method: (any RLlibMethod.Type)?
    private let algorithm: StateReader?
    private let configurations: StateReader?

    /// The files of an algorithm.
    ///
    /// - Parameter state: the state of the algorithm without its policies.
    package init(algorithm state: StateTree) {
        let reader = StateReader(state)
        algorithm = reader
        method = (try? reader.string("algorithm")).flatMap { RLlibMethods.named($0) }
        configurations = reader.optionalChild("policyConfigurations")
    }

    /// The file of a policy alone.
    package init() { (method, algorithm, configurations) = (nil, nil, nil) }

    /// The file of a policy. Where RLlib has none like it, it holds the state alone.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - id: the policy's id in its algorithm.
    package func policy(_ state: StateTree, id: PolicyID? = nil) -> FileState {
        guard let method = method ?? Self.method(ofPolicy: state) else { return FileState(state) }
        let configuration = settings(of: id)
        let steps = isTrained(id) ? (try? algorithm?.child("counters").int("environmentSteps")) ?? 0 : nil
        let environment = try? algorithm?.string("environment")
        // A policy of another method, which only acts, or one that RLlib does not have, is written as it is.
        let file = try? method.file(
            of: state, configuration: configuration, id: id, isAlone: algorithm == nil,
            environment: environment, environmentSteps: steps)
        return file ?? FileState(state)
    }

    /// Whether a policy is being trained. The file of one that is not does not tell the time, so that checkpoints share it.
    private func isTrained(_ id: PolicyID?) -> Bool {
        guard let id, let trained = algorithm?.optionalChild("policiesToTrain"), case .list(let ids) = trained.tree
        else {
            return true
        }
        return ids.contains(.string(id.string))
    }

    /// Why RLlib does not open the file of a policy, or nil when it does.
    package func problem(ofPolicy state: StateTree) -> String? {
        guard let method = method ?? Self.method(ofPolicy: state) else { return "it has no such method" }
        guard let policy = try? Policy(restoring: state) else { return "the policy cannot be restored" }
        if let problem = policy.rllibProblem(as: method.rllibClass) { return problem }
        guard method.rllibClass == .sac, policy.learnerState == nil else { return nil }
        return "its SAC needs critics, and a policy that has no learner has none"
    }

    /// The settings of a policy: those of the algorithm, and what it has of its own.
    private func settings(of id: PolicyID?) -> StateTree {
        guard case .map(var settings)? = algorithm?.optionalChild("configuration")?.tree else { return .map([:]) }
        if let id, case .map(let own)? = configurations?.optionalChild(id.string)?.tree {
            for (key, value) in own { settings[key] = value }
        }
        return .map(settings)
    }

    /// The method by which a policy alone was trained or could have been.
    private static func method(ofPolicy state: StateTree) -> (any RLlibMethod.Type)? {
        let reader = StateReader(state)
        if let learner = reader.optionalChild("learner") {
            return (try? learner.string("algorithm")).flatMap { RLlibMethods.named($0) }
        }
        guard let kind = try? reader.child("distribution").string("type") else { return nil }
        switch kind {
        case "actionValues": return DQNLearner.self
        case "squashedGaussian": return SACLearner.self
        default: return PPOLearner.self
        }
    }

    /// The file of the algorithm.
    ///
    /// - Parameters:
    ///   - state: the state of the algorithm.
    ///   - policies: the ids of its policies with their states; RLlib makes policies from the settings here.
    package func algorithm(
        _ state: StateTree, policies: [PolicyID], policyState: (PolicyID) throws(StateError) -> StateTree
    ) -> FileState {
        guard let method, let reader = algorithm,
            let entries = try? entries(reader, method: method, policies: policies, policyState: policyState)
        else { return FileState(state) }
        return FileState(state, messagePack: SharedFile.tree(entries, holding: state, references: [:]))
    }

    private func entries(
        _ state: StateReader, method: any RLlibMethod.Type, policies: [PolicyID],
        policyState: (PolicyID) throws(StateError) -> StateTree
    ) throws(StateError) -> StateMap {
        let counters = try state.child("counters")
        let ids = StateTree.list(policies.map { .string($0.string) })
        let environmentSteps = try counters.child("environmentSteps").tree
        let agentSteps = try counters.child("agentSteps").tree
        var config = try Self.settings(method, state.child("configuration").tree)
        if let first = policies.first, let own = try settings(ofFile: policy(policyState(first), id: first)) {
            config = own
        }
        config["env"] = try state.child("environment").tree
        config["framework"] = "torch"
        config["num_workers"] = 0
        config["enable_connectors"] = true
        // RLlib wants objects of Python's for an algorithm's filters; those of the policies are in their own files.
        config["observation_filter"] = "NoFilter"
        config["policies"] = try specifications(policies, config, policyState)
        config["policy_mapping_fn"] = "__not_serializable__"
        config["policies_to_train"] = try state.child("policiesToTrain").tree
        // What was in the file that the algorithm once came from, and is not known here.
        let kept = state.optionalChild("rllib")
        Self.append(kept?.optionalChild("config"), to: &config)
        var trained: StateMap = [
            "num_env_steps_sampled": environmentSteps, "num_env_steps_trained": environmentSteps,
            "num_agent_steps_sampled": agentSteps, "num_agent_steps_trained": agentSteps,
        ]
        if method.rllibClass != .ppo {
            trained["last_target_update_ts"] = environmentSteps
            let updates = kept?.optionalChild("counters")?.optionalChild("num_target_updates")
            trained["num_target_updates"] = updates?.tree ?? 0
        }
        Self.append(kept?.optionalChild("counters"), to: &trained)
        var worker: StateMap = [
            "policy_ids": ids, "filters": [:], "policy_mapping_fn": "__not_serializable__",
            "is_policy_to_train": "__not_serializable__",
        ]
        Self.append(kept?.optionalChild("worker"), to: &worker)
        var entries: StateMap = [
            "algorithm_class": .string(method.rllibClass.algorithmClass),
            "config": .map(config),
            "worker": .map(worker),
            "counters": .map(trained),
            "training_iteration": try counters.child("iterations").tree,
            "checkpoint_version": "1.1",
        ]
        Self.append(kept, to: &entries)
        return entries
    }

    /// Adds the entries that are not there yet.
    private static func append(_ kept: StateReader?, to map: inout StateMap) {
        guard case .map(let entries)? = kept?.tree else { return }
        for (key, value) in entries where key != SharedFile.key { map.append(key, value) }
    }

    /// The ids where all policies have the same settings, and otherwise what each has of its own.
    private func specifications(
        _ policies: [PolicyID], _ config: StateMap, _ policyState: (PolicyID) throws(StateError) -> StateTree
    ) throws(StateError) -> StateTree {
        guard let configurations else { return .list(policies.map { .string($0.string) }) }
        var map = StateMap()
        for id in policies {
            var overrides = StateMap()
            if configurations.optionalChild(id.string) != nil,
                let own = try settings(ofFile: policy(policyState(id), id: id))
            {
                for (key, value) in own where config[key] != value { overrides[key] = value }
            }
            map[id.string] = [nil, nil, nil, .map(overrides)]
        }
        return .map(map)
    }

    /// The settings in the file of a policy, but for those that belong to it alone; nil when RLlib does not open it.
    private func settings(ofFile file: FileState) throws(StateError) -> StateMap? {
        guard let tree = file.messagePack,
            case .map(var config) = try StateReader(tree).child("policy_spec").child("config").tree
        else { return nil }
        for key in ["__policy_id", "worker_index"] { config[key] = nil }
        return config
    }

    private static func settings<Method: RLlibMethod>(
        _ method: Method.Type, _ tree: StateTree
    ) throws(StateError) -> StateMap {
        method.rllibSettings(try method.configuration(overlaying: tree))
    }
}
