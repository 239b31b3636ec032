import ReinCheckpoints
import Synchronization

/// The environments that are known by name, for one agent and for several.
///
///     let cartPole = try EnvironmentRegistry.specification("CartPole-v1")
///     let game = try EnvironmentRegistry.multiAgentSpecification("ConnectFour-v3")
///     try EnvironmentRegistry.register(EnvironmentSpecification(Corridor.self))
///
/// A name stands for one environment, of either kind.
public enum EnvironmentRegistry {
    /// An environment of either kind.
    private enum Entry: Sendable {
        case single(EnvironmentSpecification)
        case multi(MultiAgentSpecification)

        var id: String {
            switch self {
            case .single(let specification): specification.id
            case .multi(let specification): specification.id
            }
        }

        var kind: String {
            switch self {
            case .single: "one agent"
            case .multi: "several agents"
            }
        }

        var single: EnvironmentSpecification? {
            if case .single(let specification) = self { specification } else { nil }
        }

        var multi: MultiAgentSpecification? {
            if case .multi(let specification) = self { specification } else { nil }
        }
    }

    private static let registered = Mutex<[String: Entry]>([:])

    /// The environments that come with Rein.
    private static let builtIn: [String: Entry] = {
        let entries: [Entry] = [
            .single(EnvironmentSpecification(CartPole.self, id: "CartPole-v0", timeLimit: 200, rewardThreshold: 195)),
            .single(EnvironmentSpecification(CartPole.self)),
            .single(EnvironmentSpecification(MountainCar.self)),
            .single(EnvironmentSpecification(MountainCarContinuous.self)),
            .single(EnvironmentSpecification(Pendulum.self)),
            .single(EnvironmentSpecification(Acrobot.self)),
            .multi(MultiAgentSpecification(MultiAgentCartPole.self)),
            .multi(MultiAgentSpecification(TicTacToe.self)),
            .multi(MultiAgentSpecification(ConnectFour.self)),
            .multi(MultiAgentSpecification(PressurePlates.self)),
        ]
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
    }()

    private static var entries: [Entry] {
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
        let entry = entry(id)
        guard let specification = entry?.single else { throw error(id, entry, isSingle: true) }
        return specification
    }

    /// Returns the environment for several agents of a name.
    ///
    /// - Throws: `unknownEnvironment` with the nearest name, `wrongKind` when the environment is for one agent.
    public static func multiAgentSpecification(_ id: String) throws(EnvironmentError) -> MultiAgentSpecification {
        let entry = entry(id)
        guard let specification = entry?.multi else { throw error(id, entry, isSingle: false) }
        return specification
    }

    private static func entry(_ id: String) -> Entry? {
        builtIn[id] ?? registered.withLock { $0[id] }
    }

    /// Why no environment of the kind asked for has the name: `entry`, if there is one, is of the other kind.
    private static func error(_ id: String, _ entry: Entry?, isSingle: Bool) -> EnvironmentError {
        if let entry {
            return EnvironmentError(
                code: .wrongKind,
                message: "the environment \"\(id)\" is for \(entry.kind), not for \(isSingle ? "one" : "several")")
        }
        let entries = entries
        let nearest = nearestName(to: id, in: entries.map(\.id)).flatMap { name in entries.first { $0.id == name } }
        let remark = nearest.flatMap { nearest in
            (nearest.single != nil) == isSingle ? nil : "which is for \(nearest.kind)"
        }
        let one = all.map(\.id).joined(separator: ", ")
        let several = allMultiAgent.map(\.id).joined(separator: ", ")
        return EnvironmentError(
            code: .unknownEnvironment,
            message: unknownName(
                "unknown environment \"\(id.shortened)\"", nearest: nearest?.id, remark: remark,
                rest: "known are \(one); for several agents \(several)"))
    }

    // MARK: Registering

    /// Makes an environment known by the name in its specification.
    ///
    /// - Throws: `alreadyRegistered` when the name is taken.
    public static func register(_ specification: EnvironmentSpecification) throws(EnvironmentError) {
        try register(.single(specification))
    }

    /// Makes an environment for several agents known by the name in its specification.
    ///
    /// - Throws: `alreadyRegistered` when the name is taken.
    public static func register(_ specification: MultiAgentSpecification) throws(EnvironmentError) {
        try register(.multi(specification))
    }

    private static func register(_ entry: Entry) throws(EnvironmentError) {
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
