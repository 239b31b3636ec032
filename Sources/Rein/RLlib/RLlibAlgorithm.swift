import ReinCheckpoints
import ReinEnvironments
import ReinPolicies
import ReinRLlib

/// The state of an algorithm of RLlib's, read as one of ours.
struct RLlibAlgorithm {
    private let file: StateReader
    private let policyClass: RLlibPolicyClass

    /// Whether a tree is that of the state of an algorithm of RLlib's.
    static func isFile(_ tree: StateTree) -> Bool {
        guard case .map(let map) = tree else { return false }
        return map["algorithm_class"] != nil && map["config"] != nil
    }

    /// Begins to read a file.
    ///
    /// - Throws: `StateError` for algorithms that Rein does not have.
    init(_ file: StateReader) throws(StateError) {
        let name = try file.string("algorithm_class")
        guard let policyClass = RLlibPolicyClass(algorithm: name) else {
            throw try file.child("algorithm_class").error(
                .unsupportedFormat, "the algorithm \(name.shortened) is not supported (supported: PPO, DQN, SAC)")
        }
        self.file = file
        self.policyClass = policyClass
    }

    /// The settings of a policy; nil for one of another method, which tells nothing of the algorithm's.
    ///
    /// - Throws: `StateError` for settings that no run has.
    func settings(of policy: RLlibPolicy) throws(StateError) -> StateTree? {
        guard policy.policyClass == policyClass else { return nil }
        return try Self.settings(of: policy, RLlibMethods.method(of: policyClass))
    }

    private static func settings<Method: RLlibMethod>(
        of policy: RLlibPolicy, _ method: Method.Type
    ) throws(StateError) -> StateTree { try method.validConfiguration(of: policy).tree }

    /// Our state. Of mappings RLlib saves nothing: one policy acts for everybody, several need a mapping to be given.
    ///
    /// - Parameter policies: the policies with the settings that each has.
    /// - Throws: `StateError` for files that contradict themselves.
    func state(_ policies: [(id: PolicyID, settings: StateTree?)]) throws(StateError) -> AlgorithmState {
        guard !policies.isEmpty else { throw file.error(.missingKey, "an algorithm without policies") }
        let config = try file.child("config")
        let ids = policies.map(\.id)
        let method = RLlibMethods.method(of: policyClass)
        let configurations = Self.configurations(method, policies)
        var state = AlgorithmState(
            algorithm: policyClass.algorithmName, environment: Self.environment(config),
            configuration: configurations.shared,
            lineup: try Lineup(
                policies: ids, mapping: ids.count == 1 ? .all(ids[0]) : .leftOut,
                policiesToTrain: PolicySelection(Self.policiesToTrain(config, of: ids)),
                policyConfigurations: configurations.own))
        let counters = file.optionalChild("counters")
        _ = try counters?.map()
        state.counters.iterations = try file.optionalChild("training_iteration")?.count() ?? 0
        state.counters.environmentSteps = try counters?.optionalChild("num_env_steps_sampled")?.count() ?? 0
        state.counters.agentSteps = try counters?.optionalChild("num_agent_steps_sampled")?.count() ?? 0
        state.rllib = Self.remainder(of: file)
        return state
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
        _ method: Method.Type, _ policies: [(id: PolicyID, settings: StateTree?)]
    ) -> (shared: StateTree, own: [PolicyID: StateTree]) {
        var shared: StateTree?
        var own: [PolicyID: StateTree] = [:]
        for (id, tree) in policies {
            guard let tree else { continue }
            guard case .map(let base)? = shared, case .map(let settings) = tree else {
                shared = tree
                continue
            }
            var difference = StateMap()
            for (key, value) in settings where base[key] != value && !Method.Configuration.sharedKeys.contains(key) {
                difference[key] = value
            }
            if !difference.isEmpty { own[id] = .map(difference) }
        }
        return (shared ?? method.Configuration().tree, own)
    }
}
