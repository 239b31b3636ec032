/// An environment whose episodes are truncated after a number of steps.
///
/// The step whose number equals the limit is `truncated`, unless the task itself terminates on that very step:
/// then it stays `terminated`, because nothing lies beyond it.
public struct TimeLimit<Base: Environment>: Environment {
    /// The environment inside.
    public var base: Base
    /// The largest number of steps in an episode.
    public let limit: Int
    /// The number of steps taken in the present episode.
    @usableFromInline var elapsedSteps = 0

    /// Limits an environment; `limit` must be positive.
    @inlinable public init(_ base: Base, limit: Int) {
        precondition(limit > 0, "a time limit must be positive, not \(limit)")
        self.base = base
        self.limit = limit
    }

    /// Creates the environment inside, limited as its type says.
    @inlinable public init() {
        self.init(Base(), limit: Base.timeLimit ?? Int.max)
    }

    /// The name of the environment inside.
    public static var id: String { Base.id }
    /// The time limit of the environment inside.
    public static var timeLimit: Int? { Base.timeLimit }
    /// The reward threshold of the environment inside.
    public static var rewardThreshold: Double? { Base.rewardThreshold }

    /// Whether the environment inside masks actions.
    @inlinable public static var masksActions: Bool { Base.masksActions }

    /// The observation space of the environment inside.
    @inlinable public var observationSpace: Box { base.observationSpace }
    /// The action space of the environment inside.
    @inlinable public var actionSpace: ActionSpace { base.actionSpace }

    /// Starts an episode and counts its steps from zero.
    @inlinable public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        elapsedSteps = 0
        base.reset(seed: seed, into: &observation)
    }

    /// Steps the environment inside and truncates the episode when the limit is reached.
    @inlinable public mutating func step(_ action: Base.Action, into observation: inout ObservationRow) -> Step {
        var step = base.step(action, into: &observation)
        elapsedSteps &+= 1
        if elapsedSteps >= limit && step.status == .running { step.status = .truncated }
        return step
    }

    /// Steps the environments inside together and truncates the episodes that reach the limit.
    @inlinable public static func step(_ environments: EnvironmentLanes<Self>, _ rows: EnvironmentRows) {
        guard environments.count > 0 else { return }
        Base.step(environments.inside(withUnsafeMutablePointer(to: &environments[0].pointee.base) { $0 }), rows)
        for index in 0..<environments.count {
            let environment = environments[index]
            environment.pointee.elapsedSteps &+= 1
            if environment.pointee.elapsedSteps >= environment.pointee.limit, rows.statuses[index] == .running {
                rows.statuses[index] = .truncated
            }
        }
    }

    /// Writes the mask of the environment inside.
    @inlinable public func writeActionMask(into mask: inout ActionMaskRow) {
        base.writeActionMask(into: &mask)
    }
}
