package import ReinCheckpoints
import ReinPolicies
import ReinRLlib

/// The file of an algorithm.
extension RLlibFiles {
    /// The file of the algorithm. Where RLlib has none like it, it holds the state alone.
    ///
    /// - Parameters:
    ///   - state: the state of the algorithm.
    ///   - policies: the ids of its policies; RLlib makes policies from the settings here.
    ///   - policyState: the states of them.
    /// - Throws: what `policyState` throws, and nothing else.
    package func algorithm(
        _ state: StateTree, policies: [PolicyID], policyState: (PolicyID) throws(StateError) -> StateTree
    ) throws(StateError) -> FileState {
        guard let method, let reader = algorithm else { return FileState(state) }
        // A policy that cannot be read must not look like one that RLlib does not have.
        var failure: StateError?
        do throws(StateError) {
            let entries = try entries(reader, method: method, policies: policies) { id throws(StateError) in
                do throws(StateError) { return try policyState(id) } catch {
                    failure = error
                    throw error
                }
            }
            return FileState(state, messagePack: SharedFile.tree(entries, holding: state, references: [:]))
        } catch {
            if let failure { throw failure }
            return FileState(state)
        }
    }

    private func entries(
        _ state: StateReader, method: any RLlibMethod.Type, policies: [PolicyID],
        policyState: (PolicyID) throws(StateError) -> StateTree
    ) throws(StateError) -> StateMap {
        let counters = try state.child("counters")
        let ids = StateTree.list(policies.map { .string($0.string) })
        let environmentSteps = try counters.child("environmentSteps").tree
        let agentSteps = try counters.child("agentSteps").tree
        // What was in the file that the algorithm once came from, and is not known here.
        let kept = state.optionalChild("rllib")
        var config = StateMap()
        if let first = policies.first, let own = try settings(ofFile: policy(policyState(first), id: first)) {
            config = own
        } else {
            if case .map(let map)? = kept?.optionalChild("config")?.tree { config = map }
            let settings = try Self.settings(method, state.child("configuration").tree)
            RLlibConfig.overlay(settings, on: &config, method.rllibClass)
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

    /// The ids where all policies have the same settings, and otherwise what each has of its own: of those that belong to a
    /// policy. RLlib makes networks by them, before it fills in the weights, and wants the others for all policies alike.
    private func specifications(
        _ policies: [PolicyID], _ config: StateMap, _ policyState: (PolicyID) throws(StateError) -> StateTree
    ) throws(StateError) -> StateTree {
        var map = StateMap()
        var areSame = true
        let first = try policies.first.map { id throws(StateError) in try policyState(id) }
        for (index, id) in policies.enumerated() {
            var overrides = StateMap()
            // Those of the first are the algorithm's.
            if index > 0, let method, let first, let own = try ownSettings(of: id, policyState(id), beside: first) {
                for (key, value) in own
                where config[key] != value && RLlibSetting.isOfPolicy(key, method.rllibClass) {
                    overrides[key] = value
                }
            }
            areSame = areSame && overrides.isEmpty
            map[id.string] = [nil, nil, nil, .map(overrides)]
        }
        return areSame ? .list(policies.map { .string($0.string) }) : .map(map)
    }

    /// The settings of a policy where they may differ from those of the first one, nil where they do not.
    private func ownSettings(
        of id: PolicyID, _ state: StateTree, beside first: StateTree
    ) throws(StateError) -> StateMap? {
        // Of most algorithms all policies are alike, and their files need not be made to see it.
        let isLikeFirst =
            configurations?.optionalChild(id.string) == nil && method?.rllibClass != .sac
            && Self.form(of: state) == Self.form(of: first)
        return isLikeFirst ? nil : try settings(ofFile: policy(state, id: id))
    }

    /// What settings of a policy depend on beside those of the algorithm.
    private static func form(of state: StateTree) -> [StateTree?] {
        let reader = StateReader(state)
        return ["distribution", "actionTransform", "rllib"].map { reader.optionalChild($0)?.tree } + [
            reader.optionalChild("network")?.optionalChild("architecture")?.tree,
            .bool(reader.optionalChild("observationNormalizer") != nil),
        ]
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

    /// Why RLlib does not load the algorithm, or nil when it does.
    ///
    /// - Parameters:
    ///   - policies: the ids of its policies.
    ///   - policyState: the states of them.
    /// - Throws: what `policyState` throws.
    package func problem(
        ofAlgorithm policies: [PolicyID], policyState: (PolicyID) throws(StateError) -> StateTree
    ) throws(StateError) -> String? {
        guard let algorithm, method != nil else { return "it has no such method" }
        let mapping = try? StateDecoder().decode(
            PolicyMapping.self, from: algorithm.child("mapping").tree, path: "mapping")
        var acting: Policy?
        var others: [(id: PolicyID, policy: Policy)] = []
        for id in policies {
            let state = try policyState(id)
            if problem(ofPolicy: state, id: id) != nil { return "it makes all policies, \"\(id)\" among them" }
            let policy = try Policy(restoring: state)
            let acts = mapping?.rules.contains { $0.policy == .ownName || $0.policy.policies.contains(id) } ?? true
            if acts, acting == nil { acting = policy } else if !acts { others.append((id, policy)) }
        }
        if policies != [.default], let name = try? algorithm.string("environment"),
            case .singleAgent? = try? TrainingEnvironment(named: name)
        {
            return "to \(name), an environment of one agent, it gives one policy, named \"\(PolicyID.default)\""
        }
        // RLlib gives policies the spaces of their agents, and those that act for nobody the spaces of any.
        for (id, policy) in others {
            guard let acting else { break }
            if policy.observationSpace.shape != acting.observationSpace.shape
                || policy.actionSpace != acting.actionSpace
            {
                return "policy \"\(id)\" acts for nobody, and its spaces are not those of the agents there are"
            }
        }
        return nil
    }
}
