public import ReinCheckpoints
public import ReinPolicies
import Synchronization

/// A method that algorithms can be made of by its name: PPO, DQN, SAC, and whichever a program registers.
///
///     try AlgorithmKind.register(MyMethod.self)
///     let algorithm = try AlgorithmKind.named("mymethod").makeAlgorithm(environment: .init(named: "CartPole-v1"))
public struct AlgorithmKind: Sendable {
    private static let registered = Mutex([
        AlgorithmKind(PPO.self), AlgorithmKind(DQN.self), AlgorithmKind(SAC.self),
    ])

    /// The methods that there are, the default one first.
    public static var all: [AlgorithmKind] { registered.withLock { $0 } }

    /// The default method, PPO.
    public static var `default`: AlgorithmKind { all[0] }

    /// Adds a method behind those there are.
    ///
    /// - Throws: `StateError` when there is one of that name.
    public static func register<Method: Learner & SendableMetatype>(_: Algorithm<Method>.Type) throws(StateError) {
        let kind = AlgorithmKind(Algorithm<Method>.self)
        let isNew = registered.withLock { kinds in
            guard kinds.allSatisfy({ $0.name.lowercased() != kind.name.lowercased() }) else { return false }
            kinds.append(kind)
            return true
        }
        guard isNew else { throw StateError(.alreadyExists, "a method named \(kind.name) is registered already") }
    }

    /// The method of a name, in upper or lower case.
    ///
    /// - Throws: `StateError` with the nearest name when there is none.
    public static func named(_ name: String) throws(StateError) -> AlgorithmKind {
        if let kind = all.first(where: { $0.name.lowercased() == name.lowercased() }) { return kind }
        let names = all.map { $0.name.lowercased() }
        throw StateError(
            .notFound,
            unknownName(
                "unknown algorithm \"\(name.shortened)\"", nearest: nearestName(to: name, in: names),
                rest: "known are \(names.joined(separator: ", "))"))
    }

    /// The name, such as `PPO`.
    public let name: String
    /// All settings, with their defaults.
    public let defaultSettings: StateTree
    /// What there is to say of each setting, in the order of `defaultSettings`.
    public let settings: [Setting]
    /// Keys of other methods that this one cannot have, and why.
    package let refusals: [String: String]
    private let resolve: @Sendable (StateTree) throws(ConfigurationError) -> StateTree
    private let form: @Sendable (Policy, StateTree) throws -> PolicyForm
    private let begin: @Sendable (TrainingEnvironment, StateTree, Lineup, Int) throws -> AnyAlgorithm
    let restored:
        @Sendable (SavedCheckpoint, TrainingEnvironment?, _ changing: StateTree, LineupChanges, _ threads: Int) throws
            -> any ErasedAlgorithm

    private init<Method: Learner & SendableMetatype>(_: Algorithm<Method>.Type) {
        name = Method.algorithmName
        defaultSettings = Method.Configuration().tree
        settings = Method.Configuration.settings
        refusals = Method.Configuration.refusals
        resolve = { settings throws(ConfigurationError) in try Method.Configuration(overlaying: settings).tree }
        form = { policy, settings in
            try Method.form(
                observationSpace: policy.observationSpace, actionSpace: policy.actionSpace,
                configuration: Method.Configuration(overlaying: settings))
        }
        begin = { environment, settings, lineup, threads in
            AnyAlgorithm(
                try Algorithm<Method>(
                    environment: environment, configuration: Method.Configuration(overlaying: settings),
                    lineup: lineup, threads: threads))
        }
        restored = { checkpoint, environment, settings, lineup, threads in
            try Algorithm<Method>(
                restoring: checkpoint, environment: environment,
                configuring: { try Method.Configuration(laying: settings, over: $0) }, lineup: lineup,
                threads: threads)
        }
    }

    /// All settings: those that are given, and the defaults for the rest.
    ///
    /// - Throws: `ConfigurationError` for a key that does not exist (naming the nearest one that does), a value of the
    ///   wrong type, or one out of range.
    public func resolved(_ settings: StateTree) throws(ConfigurationError) -> StateTree { try resolve(settings) }

    /// Creates an algorithm with untrained policies.
    ///
    /// - Parameters:
    ///   - environment: the environment.
    ///   - settings: settings of the method; the defaults hold for the rest.
    ///   - lineup: the policies, and what they are for.
    ///   - threads: the number of threads to work on, without effect on results.
    /// - Throws: as the initialisers of `Algorithm`.
    public func makeAlgorithm(
        environment: TrainingEnvironment, settings: StateTree = [:], lineup: Lineup = .one, threads: Int = 1
    ) throws -> AnyAlgorithm { try begin(environment, settings, lineup, threads) }

    /// Whether a policy has the network that settings describe for its spaces.
    ///
    /// - Throws: `ConfigurationError` for impossible settings, `StateError` when the method cannot act in the policy's
    ///   spaces.
    func fits(_ policy: Policy, settings: StateTree) throws -> Bool {
        try policy.form.fits(form(policy, settings))
    }
}
