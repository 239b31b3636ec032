import ReinCheckpoints
import Synchronization

/// The environments that are known by name.
///
///     let cartPole = try EnvironmentRegistry.specification("CartPole-v1")
///     try EnvironmentRegistry.register(EnvironmentSpecification(Corridor.self))
public enum EnvironmentRegistry {
    private static let registered = Mutex<[String: EnvironmentSpecification]>([:])

    /// The environments that come with Rein.
    private static let builtIn: [String: EnvironmentSpecification] = {
        let specifications = [
            EnvironmentSpecification(CartPole.self, id: "CartPole-v0", timeLimit: 200, rewardThreshold: 195),
            EnvironmentSpecification(CartPole.self),
            EnvironmentSpecification(MountainCar.self),
            EnvironmentSpecification(MountainCarContinuous.self),
            EnvironmentSpecification(Pendulum.self),
            EnvironmentSpecification(Acrobot.self),
        ]
        return Dictionary(uniqueKeysWithValues: specifications.map { ($0.id, $0) })
    }()

    /// All environments, in the order of their names.
    public static var all: [EnvironmentSpecification] {
        let known = registered.withLock { $0 }
        return (Array(builtIn.values) + Array(known.values)).sorted { $0.id < $1.id }
    }

    /// Makes an environment known by the name in its specification.
    ///
    /// - Throws: `alreadyRegistered` when the name is taken.
    public static func register(_ specification: EnvironmentSpecification) throws(EnvironmentError) {
        let id = specification.id
        let isNew = registered.withLock { known in
            guard builtIn[id] == nil, known[id] == nil else { return false }
            known[id] = specification
            return true
        }
        guard isNew else {
            throw EnvironmentError(
                code: .alreadyRegistered,
                message: "an environment named \"\(id)\" is registered already; give the new one another id")
        }
    }

    /// Returns the environment of a name.
    ///
    /// - Throws: `unknownEnvironment` with the nearest name.
    public static func specification(_ id: String) throws(EnvironmentError) -> EnvironmentSpecification {
        if let specification = builtIn[id] ?? registered.withLock({ $0[id] }) { return specification }
        let ids = all.map(\.id)
        let suggestion = nearestName(to: id, in: ids).map { "; did you mean \"\($0)\"?" } ?? ";"
        throw EnvironmentError(
            code: .unknownEnvironment,
            message: "unknown environment \"\(id)\"\(suggestion) Known are \(ids.joined(separator: ", "))")
    }
}
