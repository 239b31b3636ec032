package import ReinCheckpoints
package import ReinEnvironments
import ReinNumerics
package import ReinPolicies

/// What an algorithm saves of itself beside its policies and their replay: settings, environment, lineup, counters,
/// episodes and runners, and of an unfinished iteration what has been collected and not been learnt from. It holds no
/// clock times, host names or paths.
package struct AlgorithmState: Sendable {
    /// The newest version of the tree; a reader refuses a newer one.
    package static var currentVersion: Int { 2 }

    /// What a policy's runner left.
    struct Runner {
        /// The agents that the policy acted for.
        let agents: [AgentID]
        /// The runner's state.
        let state: StateReader
    }

    /// The name of the method, such as `PPO`.
    package var algorithm: String
    /// The id of the environment.
    package var environment: String
    /// What was said about an environment outside of this program.
    package var environmentSettings = StateMap()
    /// What such an environment was; nil for all others.
    package var environmentRecord: StateTree?
    /// What happened to it; nil for all others.
    package var environmentIncidents: EnvironmentIncidents?
    /// The settings of the method.
    package var configuration: StateTree
    /// The policies, and what they are for. Of another library's checkpoint the agents may be unknown.
    package var lineup: Lineup
    /// How much has been done since the start of training.
    package var counters = TrainingCounters()
    /// The last episodes.
    package var episodes = EpisodeWindow()
    /// What the policies' runners left, by their ids. A tree, since there may be thousands.
    var runners: StateReader = StateReader(.map([:]), path: "runners")
    /// The environments that several agents share; nil where every agent has its own.
    var sharedRunner: StateReader?
    /// Who computed; nil where that was not saved.
    var arithmetic: Arithmetic?
    /// What was in RLlib's file and is not known here.
    var rllib: StateTree?
    /// The iteration that was not finished; nil when all were.
    var iteration: StateReader?

    /// Creates the state of an algorithm that has done nothing yet.
    init(algorithm: String, environment: String, configuration: StateTree, lineup: Lineup) {
        self.algorithm = algorithm
        self.environment = environment
        self.configuration = configuration
        self.lineup = lineup
    }
}

extension AlgorithmState {
    /// The keys of the tree beside those of the lineup.
    private enum Key {
        static let version = "version"
        static let algorithm = "algorithm"
        static let environment = "environment"
        static let environmentSettings = "environmentSettings"
        static let environmentRecord = "environmentRecord"
        static let environmentIncidents = "environmentIncidents"
        static let configuration = "configuration"
        static let counters = "counters"
        static let episodes = "episodes"
        static let runners = "runners"
        static let arithmetic = "arithmetic"
        static let sharedRunner = "stage"
        static let rllib = "rllib"
        static let iteration = "iteration"
        static let agents = "agents"
        static let runnerState = "state"
    }

    /// The tree. Between iterations it is of version 1, which older readers know.
    package var state: StateTree {
        var map: StateMap = [
            Key.version: .int(iteration == nil ? 1 : Int64(Self.currentVersion)),
            Key.algorithm: .string(algorithm),
            Key.environment: .string(environment),
            Key.configuration: configuration,
        ]
        guard case .map(let lineup) = StateEncoder().encode(lineup) else { return .map(map) }
        func put(_ keys: Lineup.Key...) {
            for key in keys { map[key.rawValue] = lineup[key.rawValue] }
        }
        put(.policies, .agents, .mapping, .policiesToTrain)
        map[Key.counters] = counters.state
        map[Key.episodes] = episodes.state
        map[Key.runners] = runners.tree
        map[Key.arithmetic] = arithmetic?.state
        put(.evaluationMapping, .policyConfigurations)
        map[Key.sharedRunner] = sharedRunner?.tree
        if !environmentSettings.isEmpty { map[Key.environmentSettings] = .map(environmentSettings) }
        map[Key.environmentRecord] = environmentRecord
        map[Key.environmentIncidents] = environmentIncidents?.tree
        map[Key.rllib] = rllib
        map[Key.iteration] = iteration?.tree
        return .map(map)
    }

    /// Reads and checks the parts, except for what is read when it is asked for.
    ///
    /// - Throws: `StateError` that names the place of what is missing or wrong, and for a newer version.
    package init(_ reader: StateReader) throws(StateError) {
        let version = try reader.int(Key.version)
        guard (1...Self.currentVersion).contains(version) else {
            throw try reader.child(Key.version).error(
                .unsupportedVersion,
                "algorithm state of version \(version), this Rein reads up to \(Self.currentVersion)")
        }
        algorithm = try reader.string(Key.algorithm)
        environment = try reader.string(Key.environment)
        if let settings = reader.optionalChild(Key.environmentSettings) {
            _ = try settings.map()
            if case .map(let map) = settings.tree { environmentSettings = map }
        }
        environmentRecord = reader.optionalChild(Key.environmentRecord)?.tree
        environmentIncidents = try reader.optionalChild(Key.environmentIncidents).map { saved throws(StateError) in
            try EnvironmentIncidents(saved)
        }
        let configuration = try reader.child(Key.configuration)
        _ = try configuration.map()
        self.configuration = configuration.tree
        lineup = try StateDecoder().decode(Lineup.self, from: reader.tree, path: reader.path)
        sharedRunner = reader.optionalChild(Key.sharedRunner)
        rllib = reader.optionalChild(Key.rllib)?.tree
        arithmetic = try reader.optionalChild(Key.arithmetic).map { saved throws(StateError) in
            try Arithmetic(from: saved)
        }
        runners = try reader.child(Key.runners)
        iteration = version >= Self.currentVersion ? try reader.child(Key.iteration) : nil
        try reader.restore(Key.counters, into: &counters)
        try reader.restore(Key.episodes, into: &episodes)
    }

    /// Checks that the state is that of a method.
    ///
    /// - Throws: `StateError` with both names.
    func require(_ name: String) throws(StateError) {
        guard algorithm == name else {
            throw StateError(
                .wrongType, "a checkpoint of \(algorithm) cannot be restored as \(name)",
                path: "algorithm_state/\(Key.algorithm)")
        }
    }

    /// What a policy's runner left, read when it is asked for: there may be thousands. Nil when there was none.
    func runner(of id: PolicyID) throws(StateError) -> Runner? {
        guard let saved = runners.optionalChild(id.string) else { return nil }
        return Runner(agents: try saved.decode([AgentID].self, Key.agents), state: try saved.child(Key.runnerState))
    }

    /// The tree of what a policy's runner left.
    static func runner(_ state: StateTree, of agents: [AgentID]) -> StateTree {
        [Key.agents: .list(agents.map { .string($0.name) }), Key.runnerState: state]
    }
}

extension AlgorithmState {
    /// Whether an algorithm was saved inside an iteration.
    package var isInsideIteration: Bool { iteration != nil }

    /// The steps of each environment that an unfinished iteration has left to take; nil between iterations.
    ///
    /// - Throws: `StateError` when the state does not tell.
    package var stepsLeft: Int? {
        get throws(StateError) {
            guard let iteration else { return nil }
            return try iteration.int("remaining") - iteration.int("taken")
        }
    }
}
