/// One step of an environment for several agents, as the environment sees it: who acts and how, and what becomes of
/// each agent.
///
/// A view of memory of the one who steps the environment, valid during the call only. Agents go by their index in
/// ``MultiAgentEnvironment/agents``.
public struct AgentTurn {
    /// The number of agents of the environment.
    public let agentCount: Int
    @usableFromInline let rows: AgentRow

    /// Makes a turn of one environment's rows.
    @inlinable init(_ rows: AgentRow, agentCount: Int) {
        self.rows = rows
        self.agentCount = agentCount
    }

    // MARK: What happens in this step

    /// Whether an agent acts in this step. Nobody does in a reset.
    @inlinable public func acts(_ agent: Int) -> Bool {
        check(agent)
        return rows.acts[agent]
    }

    /// The index of the discrete action of an agent that acts.
    @inlinable public func action(of agent: Int) -> Int { action(of: agent, as: Int.self) }

    /// The action of an agent that acts, as a type of the width of its action space.
    @inlinable public func action<A: EnvironmentAction>(of agent: Int, as type: A.Type) -> A {
        precondition(acts(agent), "the agent does not act in this step")
        let offset = rows.actionOffsets[agent]
        precondition(
            A.width == rows.actionOffsets[agent &+ 1] &- offset, "the type of action is not as wide as the action space"
        )
        return A(row: rows.actions + offset)
    }

    /// Whether an agent takes part at present: it joined and has not left.
    @inlinable public func isInPlay(_ agent: Int) -> Bool {
        check(agent)
        return rows.inPlay[agent]
    }

    // MARK: What comes of it

    /// Adds to the reward of an agent in this step, whether or not it acts.
    ///
    /// An agent is paid while it is in play, the step in which it leaves included.
    @inlinable public mutating func reward(_ agent: Int, _ amount: Double) {
        check(agent)
        rows.rewards[agent] += amount
        if !rows.inPlay[agent] && rows.statuses[agent] == .running && amount != 0 {
            rows.marks[agent].insert(.strayReward)
        }
    }

    /// Lets an agent leave the episode, which goes on for the others. What it was asked before in this step is void.
    ///
    /// The end of an agent that is not in play is ignored.
    @inlinable public mutating func end(_ agent: Int, _ status: Status) {
        check(agent)
        precondition(status != .running, "an agent ends terminated or truncated")
        guard rows.inPlay[agent] else {
            rows.marks[agent].insert(.strayEnd)
            return
        }
        rows.inPlay[agent] = false
        if !rows.marks[agent].contains(.joined) { rows.statuses[agent] = status }
        rows.marks[agent].remove([.asked, .joined])
    }

    /// Says that an agent acts next; an agent that is not in play joins.
    @inlinable public mutating func ask(_ agent: Int) {
        check(agent)
        rows.marks[agent].insert(.asked)
        if !rows.inPlay[agent] {
            rows.inPlay[agent] = true
            rows.marks[agent].insert(.joined)
        }
    }

    @inlinable @inline(__always) func check(_ agent: Int) {
        precondition(agent >= 0 && agent < agentCount, "there is no such agent")
    }
}

/// The rows of one environment behind an ``AgentTurn``: a number for each agent, and the actions side by side.
@usableFromInline struct AgentRow {
    @usableFromInline let acts: UnsafeMutablePointer<Bool>
    @usableFromInline let inPlay: UnsafeMutablePointer<Bool>
    @usableFromInline let rewards: UnsafeMutablePointer<Double>
    @usableFromInline let statuses: UnsafeMutablePointer<Status>
    @usableFromInline let marks: UnsafeMutablePointer<AgentMarks>
    @usableFromInline let actions: UnsafePointer<Float>
    /// Where each agent's action begins, and where the last one's ends.
    @usableFromInline let actionOffsets: UnsafePointer<Int>

    @inlinable init(
        acts: UnsafeMutablePointer<Bool>, inPlay: UnsafeMutablePointer<Bool>, rewards: UnsafeMutablePointer<Double>,
        statuses: UnsafeMutablePointer<Status>, marks: UnsafeMutablePointer<AgentMarks>,
        actions: UnsafePointer<Float>, actionOffsets: UnsafePointer<Int>
    ) {
        self.acts = acts
        self.inPlay = inPlay
        self.rewards = rewards
        self.statuses = statuses
        self.marks = marks
        self.actions = actions
        self.actionOffsets = actionOffsets
    }
}

/// What was said about an agent in the present step.
@usableFromInline struct AgentMarks: OptionSet, BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt8
    @inlinable init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It acts next.
    @inlinable static var asked: AgentMarks { AgentMarks(rawValue: 1) }
    /// It was not in play before.
    @inlinable static var joined: AgentMarks { AgentMarks(rawValue: 2) }
    /// It was paid while it was not in play.
    @inlinable static var strayReward: AgentMarks { AgentMarks(rawValue: 4) }
    /// It was to leave while it was not in play.
    @inlinable static var strayEnd: AgentMarks { AgentMarks(rawValue: 8) }
}
