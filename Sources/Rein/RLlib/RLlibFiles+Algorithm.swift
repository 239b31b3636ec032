package import ReinCheckpoints
import ReinPolicies
import ReinRLlib

/// The file of an algorithm.
extension RLlibFiles {
    /// The file of the algorithm, after those of all its policies. Where RLlib has none like it, and in other formats than
    /// MessagePack, it holds the state alone.
    ///
    /// - Parameter tree: the state of the algorithm as it is to be saved.
    package func algorithm(_ tree: StateTree, format: CheckpointFormat) -> StateFile {
        guard format == .msgpack, let method, let algorithm, let entries = try? entries(algorithm, method: method)
        else {
            return StateFile(tree)
        }
        return StateFile(tree, messagePack: EmbeddedState.tree(entries, holding: tree, references: [:]))
    }

    private func entries(_ state: AlgorithmState, method: any RLlibMethod.Type) throws(StateError) -> StateMap {
        let ids = state.lineup.policies
        let environmentSteps = StateTree.int(Int64(state.counters.environmentSteps))
        let agentSteps = StateTree.int(Int64(state.counters.agentSteps))
        // What was in the file that the algorithm once came from, and is not known here.
        let kept = state.rllib.map { StateReader($0) }
        let policies = policies
        var config = StateMap()
        if let settings = policies[ids[0]]?.settings {
            config = settings
        } else {
            if case .map(let map)? = kept?.optionalChild("config")?.tree { config = map }
            let settings = try Self.settings(method, state.configuration)
            RLlibConfig.overlay(settings, on: &config, method.rllibClass)
        }
        config["env"] = .string(state.environment)
        config["framework"] = "torch"
        config["num_workers"] = 0
        config["enable_connectors"] = true
        // RLlib wants objects of Python's for an algorithm's filters; those of the policies are in their own files.
        config["observation_filter"] = "NoFilter"
        config["policies"] = specifications(ids, config, policies, method)
        config["policy_mapping_fn"] = "__not_serializable__"
        config["policies_to_train"] = StateEncoder().encode(state.lineup.policiesToTrain)
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
            "policy_ids": StateEncoder().encode(ids), "filters": [:], "policy_mapping_fn": "__not_serializable__",
            "is_policy_to_train": "__not_serializable__",
        ]
        Self.append(kept?.optionalChild("worker"), to: &worker)
        var entries: StateMap = [
            "algorithm_class": .string(method.rllibClass.algorithmClass),
            "config": .map(config),
            "worker": .map(worker),
            "counters": .map(trained),
            "training_iteration": .int(Int64(state.counters.iterations)),
            "checkpoint_version": "1.1",
        ]
        Self.append(kept, to: &entries)
        return entries
    }

    /// Adds the entries that are not there yet.
    private static func append(_ kept: StateReader?, to map: inout StateMap) {
        guard case .map(let entries)? = kept?.tree else { return }
        for (key, value) in entries where key != EmbeddedState.key { map.append(key, value) }
    }

    /// The ids where all policies have the same settings, and otherwise what each has of its own: of those that belong to a
    /// policy. RLlib makes networks by them, before it fills in the weights, and wants the others for all policies alike.
    private func specifications(
        _ ids: [PolicyID], _ config: StateMap, _ policies: [PolicyID?: SeenPolicy], _ method: any RLlibMethod.Type
    ) -> StateTree {
        var map = StateMap()
        var areSame = true
        let first = policies[ids[0]]
        for (index, id) in ids.enumerated() {
            var overrides = StateMap()
            // Those of the first are the algorithm's, and most policies are like it.
            if index > 0, let policy = policies[id], let own = policy.settings,
                policy.form != first?.form || method.rllibClass == .sac
                    || algorithm?.lineup.policyConfigurations[id] != nil
            {
                for (key, value) in own
                where config[key] != value && RLlibSetting.isOfPolicy(key, method.rllibClass) {
                    overrides[key] = value
                }
            }
            areSame = areSame && overrides.isEmpty
            map[id.string] = [nil, nil, nil, .map(overrides)]
        }
        return areSame ? StateEncoder().encode(ids) : .map(map)
    }

    private static func settings<Method: RLlibMethod>(
        _ method: Method.Type, _ tree: StateTree
    ) throws(StateError) -> StateMap {
        method.rllibSettings(try method.configuration(overlaying: tree))
    }
}
