public import ReinNumerics

/// The rows of a number of environments for several agents.
@usableFromInline final class AgentMemory: Sendable {
    @usableFromInline let agentCount: Int
    @usableFromInline let actionWidth: Int
    @usableFromInline let acts: AlignedBuffer<Bool>
    @usableFromInline let inPlay: AlignedBuffer<Bool>
    @usableFromInline let rewards: AlignedBuffer<Double>
    @usableFromInline let statuses: AlignedBuffer<Status>
    @usableFromInline let marks: AlignedBuffer<AgentMarks>
    @usableFromInline let actions: AlignedBuffer<Float>
    /// Where each agent's action begins, and where the last one's ends.
    @usableFromInline let actionOffsets: AlignedBuffer<Int>

    @usableFromInline init(count: Int, actionSpaces: [ActionSpace]) {
        agentCount = actionSpaces.count
        var offsets = [0]
        for space in actionSpaces { offsets.append(offsets[offsets.count - 1] + space.width) }
        actionOffsets = AlignedBuffer(offsets)
        actionWidth = offsets[offsets.count - 1]
        acts = AlignedBuffer(count: count * agentCount)
        inPlay = AlignedBuffer(count: count * agentCount)
        rewards = AlignedBuffer(count: count * agentCount)
        statuses = AlignedBuffer(count: count * agentCount)
        marks = AlignedBuffer(count: count * agentCount)
        actions = AlignedBuffer(count: count * actionWidth)
    }

    /// The turn of an environment.
    @inlinable @inline(__always) func turn(of environment: Int) -> AgentTurn {
        let first = environment &* agentCount
        let rows = AgentRow(
            acts: acts.pointer + first, inPlay: inPlay.pointer + first, rewards: rewards.pointer + first,
            statuses: statuses.pointer + first, marks: marks.pointer + first,
            actions: UnsafePointer(actions.pointer + environment &* actionWidth),
            actionOffsets: UnsafePointer(actionOffsets.pointer))
        return AgentTurn(rows, agentCount: agentCount)
    }
}
