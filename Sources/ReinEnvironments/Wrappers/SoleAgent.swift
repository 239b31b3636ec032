/// An environment for several agents that has only one, as an ``Environment`` of one.
///
///     /// What `Solitaire` knows as `turn.action(of: 0)` is an `Int`.
///     let specification = EnvironmentSpecification(SoleAgent<Solitaire, Int>.self)
///
/// An episode is over when the agent leaves or the episode of the environment inside ends.
public struct SoleAgent<Base: MultiAgentEnvironment, Action: EnvironmentAction>: Environment {
    /// The environment inside.
    public var base: Base

    /// Takes an environment of one agent, whose actions are as wide as `Action`.
    public init(_ base: Base) {
        precondition(base.agents.count == 1, "\(Base.id) has \(base.agents.count) agents, not one")
        self.base = base
    }

    /// Creates the environment inside.
    public init() { self.init(Base()) }

    /// The name of the environment inside.
    public static var id: String { Base.id }
    /// The time limit of the environment inside.
    public static var timeLimit: Int? { Base.timeLimit }
    /// The reward threshold of the environment inside.
    public static var rewardThreshold: Double? { Base.rewardThreshold }
    /// Whether the environment inside masks actions.
    @inlinable public static var masksActions: Bool { Base.masksActions }

    /// The observation space of the agent.
    public var observationSpace: Box { base.observationSpace(of: 0) }
    /// The action space of the agent.
    public var actionSpace: ActionSpace { base.actionSpace(of: 0) }

    /// Starts an episode and writes what the agent sees.
    @inlinable public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        var row = SoleRow()
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Action.width) { action in
            guard let first = action.baseAddress else { return }
            row.withTurn(action: first, width: Action.width) { turn in _ = turn.reset(&base, seed: seed) }
        }
        base.observe(0, into: &observation)
    }

    /// Takes the agent's action and writes what it sees then.
    @inlinable public mutating func step(_ action: Action, into observation: inout ObservationRow) -> Step {
        var row = SoleRow()
        var status = Status.running
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Action.width) { actions in
            guard let first = actions.baseAddress else { return }
            action.write(into: first)
            status = row.withTurn(action: first, width: Action.width) { turn in turn.step(&base) }
        }
        base.observe(0, into: &observation)
        return Step(reward: row.reward, status: row.status == .running ? status : row.status)
    }

    /// Writes the mask of the agent.
    @inlinable public func writeActionMask(into mask: inout ActionMaskRow) {
        base.writeActionMask(of: 0, into: &mask)
    }
}

/// The rows of an agent that is alone, on the stack.
@usableFromInline struct SoleRow {
    @usableFromInline var acts = true
    @usableFromInline var inPlay = true
    @usableFromInline var reward = 0.0
    @usableFromInline var status = Status.running
    @usableFromInline var marks: AgentMarks = []

    @inlinable init() {}

    /// Lends the rows to a turn; before a step the agent is in play and acts.
    @inlinable @inline(__always) mutating func withTurn<Result>(
        action: UnsafePointer<Float>, width: Int, _ body: (inout AgentTurn) -> Result
    ) -> Result {
        let offsets: [2 of Int] = [0, width]
        return offsets.span.withUnsafeBufferPointer { offsets in
            withUnsafeMutablePointer(to: &acts) { acts in
                withUnsafeMutablePointer(to: &inPlay) { inPlay in
                    withUnsafeMutablePointer(to: &reward) { reward in
                        withUnsafeMutablePointer(to: &status) { status in
                            withUnsafeMutablePointer(to: &marks) { marks in
                                // An array of two has a first element.
                                let rows = AgentRow(
                                    acts: acts, inPlay: inPlay, rewards: reward, statuses: status, marks: marks,
                                    actions: action, actionOffsets: offsets.baseAddress.unsafelyUnwrapped)
                                var turn = AgentTurn(rows, agentCount: 1)
                                return body(&turn)
                            }
                        }
                    }
                }
            }
        }
    }
}
