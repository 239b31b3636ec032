/// An environment for several agents whose episodes are truncated after a number of steps.
///
/// The step whose number equals the limit is `truncated` for all agents still in play, unless the episode itself ends
/// on that very step. In a game of turns each turn is a step.
public struct MultiAgentTimeLimit<Base: MultiAgentEnvironment>: MultiAgentEnvironment {
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

    /// The agents of the environment inside.
    @inlinable public var agents: [AgentID] { base.agents }
    /// The observation space of an agent of the environment inside.
    @inlinable public func observationSpace(of agent: Int) -> Box { base.observationSpace(of: agent) }
    /// The action space of an agent of the environment inside.
    @inlinable public func actionSpace(of agent: Int) -> ActionSpace { base.actionSpace(of: agent) }

    /// Starts an episode and counts its steps from zero.
    @inlinable public mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        elapsedSteps = 0
        base.reset(seed: seed, &turn)
    }

    /// Steps the environment inside and truncates the episode when the limit is reached.
    @inlinable public mutating func step(_ turn: inout AgentTurn) -> Status {
        let status = base.step(&turn)
        elapsedSteps &+= 1
        return elapsedSteps >= limit && status == .running ? .truncated : status
    }

    /// Writes what an agent of the environment inside sees.
    @inlinable public func observe(_ agent: Int, into observation: inout ObservationRow) {
        base.observe(agent, into: &observation)
    }

    /// Writes the mask of an agent of the environment inside.
    @inlinable public func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        base.writeActionMask(of: agent, into: &mask)
    }
}
