public import ReinCheckpoints
import Synchronization

/// The environments that are known by name, for one agent and for several.
///
///     let cartPole = try EnvironmentRegistry.specification("CartPole-v1")
///     let game = try EnvironmentRegistry.multiAgentSpecification("ConnectFour-v3")
///     try EnvironmentRegistry.register(EnvironmentSpecification(Corridor.self))
///
/// A name stands for one environment, of either kind. Names with a scheme belong to providers, see
/// ``EnvironmentProvider``.
public enum EnvironmentRegistry {
    private static let registered = Mutex<[String: TrainingEnvironment]>([:])
    private static let providers = Mutex<[any EnvironmentProvider]>([])

    /// The environments that come with Rein.
    private static let builtIn: [String: TrainingEnvironment] = {
        let entries: [TrainingEnvironment] = [
            .singleAgent(
                EnvironmentSpecification(CartPole.self, id: "CartPole-v0", timeLimit: 200, rewardThreshold: 195)),
            .singleAgent(EnvironmentSpecification(CartPole.self)),
            .singleAgent(EnvironmentSpecification(MountainCar.self)),
            .singleAgent(EnvironmentSpecification(MountainCarContinuous.self)),
            .singleAgent(EnvironmentSpecification(Pendulum.self)),
            .singleAgent(EnvironmentSpecification(Acrobot.self)),
            .multiAgent(MultiAgentSpecification(MultiAgentCartPole.self)),
            .multiAgent(MultiAgentSpecification(TicTacToe.self)),
            .multiAgent(MultiAgentSpecification(ConnectFour.self)),
            .multiAgent(MultiAgentSpecification(PressurePlates.self)),
        ]
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
    }()

    private static var entries: [TrainingEnvironment] {
        let known = registered.withLock { $0 }
        return (Array(builtIn.values) + Array(known.values)).sorted(byBytesOf: \.id)
    }

    // MARK: What is known

    /// All environments for one agent, in the order of their names.
    public static var all: [EnvironmentSpecification] { entries.compactMap(\.single) }

    /// All environments for several agents, in the order of their names.
    public static var allMultiAgent: [MultiAgentSpecification] { entries.compactMap(\.multi) }

    /// Returns the environment for one agent of a name.
    ///
    /// - Throws: `unknownEnvironment` with the nearest name, `wrongKind` when the environment is for several agents.
    public static func specification(_ id: String) throws(EnvironmentError) -> EnvironmentSpecification {
        let environment = try find(id, isSingle: true)
        guard let specification = environment.single else { throw wrongKind(environment, isSingle: true) }
        return specification
    }

    /// Returns the environment for several agents of a name.
    ///
    /// - Throws: `unknownEnvironment` with the nearest name, `wrongKind` when the environment is for one agent.
    public static func multiAgentSpecification(_ id: String) throws(EnvironmentError) -> MultiAgentSpecification {
        let environment = try find(id, isSingle: false)
        guard let specification = environment.multi else { throw wrongKind(environment, isSingle: false) }
        return specification
    }

    /// Returns the environment of a name, of either kind.
    ///
    /// - Parameters:
    ///   - id: the name, with a scheme where a provider makes it.
    ///   - settings: what there is to say about an environment of a provider.
    ///   - record: what a checkpoint knows of an environment of a provider.
    /// - Throws: `unknownEnvironment` with the nearest name, `wrongSettings` where there is nothing to set, and whatever the
    ///   provider says.
    public static func environment(
        _ id: String, settings: StateMap = [:], record: StateTree? = nil
    ) throws(EnvironmentError) -> TrainingEnvironment {
        try find(id, settings: settings, record: record, isSingle: nil)
    }

    /// - Parameter isSingle: whether an environment for one agent is asked for; nil for any.
    private static func find(
        _ id: String, settings: StateMap = [:], record: StateTree? = nil, isSingle: Bool?
    ) throws(EnvironmentError) -> TrainingEnvironment {
        if let known = builtIn[id] ?? registered.withLock({ $0[id] }) {
            guard let key = settings.keys.first else { return known }
            throw EnvironmentError(
                code: .wrongSettings, message: "the environment \"\(id)\" has no settings, such as \"\(key.shortened)\""
            )
        }
        if let colon = id.firstIndex(of: ":"), let provider = provider(of: String(id[..<colon])) {
            return try provider.environment(id, settings: settings, record: record)
        }
        throw unknown(id, isSingle: isSingle)
    }

    private static func provider(of scheme: String) -> (any EnvironmentProvider)? {
        providers.withLock { providers in providers.first { $0.schemes.contains(scheme) } }
    }

    /// The schemes of environments that providers make.
    public static var schemes: [String] { providers.withLock { providers in providers.flatMap(\.schemes) } }

    private static func wrongKind(_ environment: TrainingEnvironment, isSingle: Bool) -> EnvironmentError {
        EnvironmentError(
            code: .wrongKind,
            message: "the environment \"\(environment.id)\" is for \(environment.kind), not for "
                + (isSingle ? "one" : "several"))
    }

    private static func unknown(_ id: String, isSingle: Bool?) -> EnvironmentError {
        let schemes = schemes
        if let colon = id.firstIndex(of: ":"), id[id.index(after: colon)...].first != nil {
            let scheme = String(id[..<colon])
            return EnvironmentError(
                code: .unknownEnvironment,
                message: unknownName(
                    "unknown environment \"\(id.shortened)\": nobody makes environments of scheme \"\(scheme.shortened)\"",
                    nearest: nearestName(to: scheme, in: schemes),
                    rest: schemes.isEmpty ? "there are no schemes" : "known are \(schemes.joined(separator: ", "))"))
        }
        let entries = entries
        let nearest = nearestName(to: id, in: entries.map(\.id)).flatMap { name in entries.first { $0.id == name } }
        let remark = nearest.flatMap { nearest in
            isSingle.map { $0 == (nearest.single != nil) } ?? true ? nil : "which is for \(nearest.kind)"
        }
        let one = all.map(\.id).joined(separator: ", ")
        let several = allMultiAgent.map(\.id).joined(separator: ", ")
        let others =
            schemes.isEmpty ? "" : "; of other programs: " + schemes.map { "\($0):..." }.joined(separator: ", ")
        return EnvironmentError(
            code: .unknownEnvironment,
            message: unknownName(
                "unknown environment \"\(id.shortened)\"", nearest: nearest?.id, remark: remark,
                rest: "known are \(one); for several agents \(several)\(others)"))
    }

    // MARK: Registering

    /// Makes an environment known by the name in its specification.
    ///
    /// - Throws: `alreadyRegistered` when the name is taken.
    public static func register(_ specification: EnvironmentSpecification) throws(EnvironmentError) {
        try register(.singleAgent(specification))
    }

    /// Makes an environment for several agents known by the name in its specification.
    ///
    /// - Throws: `alreadyRegistered` when the name is taken.
    public static func register(_ specification: MultiAgentSpecification) throws(EnvironmentError) {
        try register(.multiAgent(specification))
    }

    /// Makes environments known whose names have a scheme of a provider. One that has a scheme of an earlier one takes its
    /// place there.
    public static func register(_ provider: some EnvironmentProvider) {
        providers.withLock { $0.insert(provider, at: 0) }
    }

    private static func register(_ entry: TrainingEnvironment) throws(EnvironmentError) {
        let id = entry.id
        let isNew = registered.withLock { known in
            guard builtIn[id] == nil, known[id] == nil else { return false }
            known[id] = entry
            return true
        }
        guard isNew else {
            throw EnvironmentError(
                code: .alreadyRegistered,
                message: "an environment named \"\(id)\" is registered already; give the new one another id")
        }
    }
}

extension TrainingEnvironment {
    fileprivate var kind: String {
        switch self {
        case .singleAgent: "one agent"
        case .multiAgent: "several agents"
        }
    }

    fileprivate var single: EnvironmentSpecification? {
        if case .singleAgent(let specification) = self { specification } else { nil }
    }

    fileprivate var multi: MultiAgentSpecification? {
        if case .multiAgent(let specification) = self { specification } else { nil }
    }
}
