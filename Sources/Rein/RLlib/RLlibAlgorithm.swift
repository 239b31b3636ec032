import ReinCheckpoints
import ReinEnvironments
import ReinPolicies
import ReinRLlib

/// The state of an algorithm of RLlib's as one of ours.
enum RLlibAlgorithm {
    /// Whether a tree is that of the state of an algorithm of RLlib's.
    static func isFile(_ tree: StateTree) -> Bool {
        guard case .map(let map) = tree else { return false }
        return map["algorithm_class"] != nil && map["config"] != nil
    }

    /// Our state. Of mappings RLlib saves nothing: one policy acts for everybody, several need a mapping to be given.
    ///
    /// - Parameter policies: the policies with their ids.
    /// - Throws: `StateError` for algorithms that Rein does not have.
    static func state(
        _ file: StateReader, policies: [(id: PolicyID, policy: RLlibPolicy)]
    ) throws(StateError) -> StateTree {
        let name = try file.string("algorithm_class")
        guard let policyClass = RLlibPolicyClass(algorithm: name) else {
            throw try file.child("algorithm_class").error(
                .unsupportedFormat, "the algorithm \(name.shortened) is not supported (supported: PPO, DQN, SAC)")
        }
        guard let first = policies.first else {
            throw file.error(.missingKey, "an algorithm without policies")
        }
        let config = try file.child("config")
        let counters = file.optionalChild("counters")
        _ = try counters?.map()
        func count(_ key: String) throws(StateError) -> StateTree {
            .int(Int64(try counters?.optionalChild(key)?.int() ?? 0))
        }
        let configurations = try configurations(RLlibMethods.method(of: policyClass), policies, policyClass)
        let ids = policies.map(\.id)
        let trained = try policiesToTrain(config, of: ids)
        let mapping: StateTree = policies.count == 1 ? StateEncoder().encode(PolicyMapping.all(first.id)) : "left out"
        var map: StateMap = [
            "version": .int(1),
            "algorithm": .string(policyClass.algorithmName),
            "environment": .string(environment(config)),
            "configuration": configurations.shared,
            "policies": .list(ids.map { .string($0.string) }),
            "agents": nil,
            "mapping": mapping,
            "policiesToTrain": .list(trained.map { .string($0.string) }),
            "counters": [
                "iterations": .int(Int64(try file.optionalChild("training_iteration")?.int() ?? 0)),
                "environmentSteps": try count("num_env_steps_sampled"),
                "agentSteps": try count("num_agent_steps_sampled"), "episodes": 0,
            ],
            "episodes": EpisodeWindow().state,
            "runners": [:],
            "rllib": remainder(of: file),
        ]
        if !configurations.own.isEmpty { map["policyConfigurations"] = .map(configurations.own) }
        return .map(map)
    }

    /// What Rein has no place for and writes back: settings, counters and entries that it does not know. Never pickled
    /// code, nor the specifications of policies, which their own files have.
    private static func remainder(of file: StateReader) -> StateTree {
        guard case .map(var map) = file.tree else { return .null }
        if case .map(var config)? = map["config"] {
            config["policies"] = nil
            map["config"] = .map(config)
        }
        return withoutBytes(.map(map)) ?? .null
    }

    private static func withoutBytes(_ tree: StateTree) -> StateTree? {
        switch tree {
        case .bytes: return nil
        case .list(let list): return .list(list.compactMap(withoutBytes))
        case .map(let map):
            var kept = StateMap()
            for (key, value) in map {
                if let value = withoutBytes(value) { kept[key] = value }
            }
            return .map(kept)
        default: return tree
        }
    }

    /// The policies to train: all of them where RLlib asks a function, which it does not save.
    private static func policiesToTrain(
        _ config: StateReader, of ids: [PolicyID]
    ) throws(StateError) -> [PolicyID] {
        guard let names = config.optionalChild("policies_to_train"), case .list = names.tree else { return ids }
        var trained = Set<String>()
        for name in try names.list() {
            let id = try name.string()
            guard ids.contains(where: { $0.string == id }) else {
                throw name.error(.unknownPolicy, "there is no policy \"\(id.shortened)\"")
            }
            trained.insert(id)
        }
        return ids.filter { trained.contains($0.string) }
    }

    /// The name of the environment; that of the class when it is one.
    private static func environment(_ config: StateReader) -> String {
        guard let name = try? config.optionalChild("env")?.string() else { return "" }
        return name
    }

    /// The settings of the first policy, and what others have of their own.
    private static func configurations<Method: RLlibMethod>(
        _ method: Method.Type, _ policies: [(id: PolicyID, policy: RLlibPolicy)], _ policyClass: RLlibPolicyClass
    ) throws(StateError) -> (shared: StateTree, own: StateMap) {
        var shared: StateTree?
        var own = StateMap()
        for (id, policy) in policies where policy.policyClass == policyClass {
            let tree = try method.validConfiguration(of: policy).tree
            guard case .map(let base)? = shared, case .map(let settings) = tree else {
                shared = tree
                continue
            }
            var difference = StateMap()
            for (key, value) in settings where base[key] != value && !Method.Configuration.sharedKeys.contains(key) {
                difference[key] = value
            }
            if !difference.isEmpty { own[id.string] = .map(difference) }
        }
        return (shared ?? method.Configuration().tree, own)
    }
}
