public import ReinCheckpoints
public import ReinNumerics

/// A number of copies of one environment for several agents, stepped together, each with a random generator of its
/// own: the counterpart of ``VectorEnvironment``.
///
/// The vector owns the rows that pass between it and its caller. One round is:
///
///     // 1. observe the agents that act, choose, write `actions`
///     vector.observe(places, observations: observations, masks: masks)
///     // 2. step, and read rewards, statuses, episodeStatuses, and in `acts` who is next
///     vector.step(range)
///     // 3. observe agents that were truncated: their values are still needed
///     // 4. start new episodes where `episodeStatuses` is not running
///     vector.reset(index..<index + 1)
///
/// A call is one dynamic call a batch; inside it everything is specialised for the environment's type, because the
/// loop is made where the type is named. A call touches only the rows of the environments in its range: disjoint ranges
/// may be stepped at the same time on different threads, and the result does not depend on how the environments are
/// divided. The same environment must not be in two calls at once. No call allocates, as far as the environment does
/// not.
public final class MultiAgentVector: Sendable {
    /// The number of environments.
    public let count: Int
    /// The agents of each environment.
    public let agents: [AgentID]
    /// The space of each agent's observations.
    public let observationSpaces: [Box]
    /// The space of each agent's actions.
    public let actionSpaces: [ActionSpace]
    /// The parts of each agent's action mask; none when it has none.
    public let maskParts: [MaskParts]
    /// The number of entries of each agent's action mask; 0 when it has none.
    public let maskWidths: [Int]
    /// Where each agent's action begins in an environment's row of actions.
    public let actionOffsets: [Int]
    /// The number of floats of an environment's row of actions: one action of each agent, side by side.
    public let actionWidth: Int

    /// How each episode stands after its last step, `[count]`.
    public let episodeStatuses: AlignedBuffer<Status>
    @usableFromInline let memory: AgentMemory

    @usableFromInline let lanes: Lanes

    /// Who steps the environments.
    @usableFromInline enum Lanes: Sendable {
        /// This program, in loops that are specialised for the type of environment.
        case copies(CopyCalls)
        /// An object for all of them.
        case batch(any MultiAgentBatch)
    }

    /// The loops over copies of an environment: an object, since a call that takes a structure of closures out of the
    /// enumeration would hold on to each of them.
    @usableFromInline final class CopyCalls: Sendable {
        @usableFromInline let reset: @Sendable (Range<Int>) -> Void
        @usableFromInline let step: @Sendable (Range<Int>) -> Void
        @usableFromInline let observe:
            @Sendable (UnsafeBufferPointer<AgentPlace>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Bool>?) ->
                Void
        @usableFromInline let save: @Sendable () -> StateTree
        @usableFromInline let restore: @Sendable (StateTree) throws(StateError) -> Void

        @inlinable init<E: MultiAgentEnvironment>(_ copies: MultiAgentCopies<E>) {
            reset = { copies.reset($0) }
            step = { copies.step($0) }
            observe = { copies.observe($0, observations: $1, masks: $2) }
            save = { copies.state }
            restore = { (state: StateTree) throws(StateError) in try copies.restore(from: state) }
        }
    }

    /// Creates `seeds.count` environments; environment i is first reset with `seeds[i]`.
    ///
    /// The environments' time limits are not applied: wrap them in ``MultiAgentTimeLimit``, or use a
    /// ``MultiAgentSpecification``, which does.
    @inlinable public init<E: MultiAgentEnvironment>(seeds: [UInt64], make: () -> E) {
        let sample = make()
        let names = sample.agents
        precondition(!names.isEmpty && Set(names).count == names.count, "\(E.self) needs agents with different names")
        let spaces = names.indices.map { sample.actionSpace(of: $0) }
        let maskParts = names.indices.map { sample.maskParts(of: $0) }
        precondition(
            E.masksActions == maskParts.contains { $0.width > 0 },
            "\(E.self) masks actions, but only discrete actions can be masked")
        let memory = AgentMemory(count: seeds.count, actionSpaces: spaces)
        let episodeStatuses = AlignedBuffer<Status>(count: seeds.count)
        count = seeds.count
        agents = names
        observationSpaces = names.indices.map { sample.observationSpace(of: $0) }
        actionSpaces = spaces
        self.maskParts = maskParts
        maskWidths = maskParts.map(\.width)
        actionOffsets = names.indices.map { memory.actionOffsets[$0] }
        actionWidth = memory.actionWidth
        self.episodeStatuses = episodeStatuses
        self.memory = memory
        let copies = MultiAgentCopies(
            make, seeds: seeds, sample: sample, memory: memory, episodeStatuses: episodeStatuses)
        lanes = .copies(CopyCalls(copies))
    }

    /// Makes a vector of an object that stands for all of its environments.
    ///
    /// - Parameters:
    ///   - count: the number of environments.
    ///   - agents: the agents of each.
    ///   - observationSpaces: the space of each agent's observations.
    ///   - actionSpaces: the space of each agent's actions.
    ///   - masksActions: which agents have masks; discrete actions alone can be masked.
    ///   - makeBatch: makes the object, which nobody else uses, of the rows that it shares with the vector.
    public init(
        count: Int, agents: [AgentID], observationSpaces: [Box], actionSpaces: [ActionSpace], masksActions: [Bool],
        makeBatch: (MultiAgentRows) -> any MultiAgentBatch
    ) {
        precondition(
            agents.count == observationSpaces.count && agents.count == actionSpaces.count
                && agents.count == masksActions.count, "spaces and masks are those of each agent")
        let memory = AgentMemory(count: count, actionSpaces: actionSpaces)
        self.count = count
        self.agents = agents
        self.observationSpaces = observationSpaces
        self.actionSpaces = actionSpaces
        maskParts = zip(actionSpaces, masksActions).map { MaskParts($1 ? $0.choiceCounts : []) }
        maskWidths = maskParts.map(\.width)
        actionOffsets = agents.indices.map { memory.actionOffsets[$0] }
        actionWidth = memory.actionWidth
        episodeStatuses = AlignedBuffer<Status>(count: count)
        self.memory = memory
        lanes = .batch(
            makeBatch(
                MultiAgentRows(
                    acts: memory.acts, inPlay: memory.inPlay, rewards: memory.rewards, statuses: memory.statuses,
                    actions: memory.actions, episodeStatuses: episodeStatuses)))
    }

    /// Whether the environments are stepped elsewhere, so that a thread can go on between the two halves of a step.
    public var stepsElsewhere: Bool { if case .batch = lanes { true } else { false } }

    // MARK: Rows

    /// Who acts in the next step, `[count, agents]`; nobody where the episode has ended.
    public var acts: AlignedBuffer<Bool> { memory.acts }
    /// Who takes part at present, `[count, agents]`; nobody where the episode has ended.
    public var inPlay: AlignedBuffer<Bool> { memory.inPlay }
    /// The rewards of the last step, `[count, agents]`; 0 after a reset.
    public var rewards: AlignedBuffer<Double> { memory.rewards }
    /// Which agents left in the last step, and how, `[count, agents]`; `running` for all others.
    ///
    /// Only agents that were in play before the step have another status than `running`. An agent may leave and be
    /// asked again in one step: then it has a status and is in play.
    public var statuses: AlignedBuffer<Status> { memory.statuses }
    /// The actions of the next step, `[count, actionWidth]`: the caller writes those of the agents that act.
    public var actions: AlignedBuffer<Float> { memory.actions }

    // MARK: Calls

    /// Starts new episodes in the environments of the range.
    ///
    /// The first reset of environment i uses its seed; every later one goes on with its random generator.
    ///
    /// - Throws: `EnvironmentFault` when an environment outside of this program fails.
    public func reset(_ range: Range<Int>) throws(EnvironmentFault) {
        check(range)
        switch lanes {
        case .copies(let calls): calls.reset(range)
        case .batch(let batch): try batch.reset(range)
        }
    }

    /// Steps the environments of the range. Environments whose episode ends are not reset; they must be before the
    /// next step. So must those whose episode goes on though nobody acts in it (`isDeserted`), which is their fault.
    ///
    /// - Throws: `EnvironmentFault` when an environment outside of this program fails; those of the range must then be
    ///   reset before they are stepped again.
    public func step(_ range: Range<Int>) throws(EnvironmentFault) {
        try beginStep(range)
        try finishStep(range)
    }

    /// Begins a step of environments that are stepped elsewhere; of no effect on others, which `finishStep` steps. The
    /// actions must stay until the step is finished.
    ///
    /// - Throws: `EnvironmentFault` when the environments cannot be reached; the step has not begun then.
    public func beginStep(_ range: Range<Int>) throws(EnvironmentFault) {
        check(range)
        if case .batch(let batch) = lanes { try batch.beginStep(range) }
    }

    /// Does what a thread does that steps several ranges in turns: where environments are stepped elsewhere, it waits as is
    /// best for that.
    ///
    /// - Parameter turns: begins, awaits and finishes steps, until none is under way.
    public func takeTurns(_ turns: () -> Void) {
        if case .batch(let batch) = lanes { batch.takeTurns(turns) } else { turns() }
    }

    /// Waits until the step of one of several ranges is done, where environments are stepped elsewhere: whoever has begun
    /// several finishes that one next.
    ///
    /// - Parameter ranges: the environments of steps that were begun, the one that was begun first in front; not empty.
    /// - Returns: the index of a range whose step is done, or has failed; 0 in this program.
    public func awaitStep(of ranges: [Range<Int>]) -> Int {
        if case .batch(let batch) = lanes { batch.awaitStep(of: ranges) } else { 0 }
    }

    /// Finishes a step that was begun.
    ///
    /// - Throws: `EnvironmentFault` as ``step(_:)``.
    public func finishStep(_ range: Range<Int>) throws(EnvironmentFault) {
        switch lanes {
        case .copies(let calls): calls.step(range)
        case .batch(let batch): try batch.finishStep(range)
        }
    }

    /// Forgets the episodes in flight of environments that are stepped elsewhere, after one of them has failed: they have
    /// to be reset. Of no effect on others.
    public func forgetEpisodes() { if case .batch(let batch) = lanes { batch.forgetEpisodes() } }

    /// What has happened to environments outside of this program; nil for others.
    public var incidents: EnvironmentIncidents? { if case .batch(let batch) = lanes { batch.incidents } else { nil } }

    /// Writes what agents see now, and which of their actions are valid.
    ///
    /// - Parameters:
    ///   - places: the agents; all must have the same spaces.
    ///   - observations: `[places, observation width]`, row k receives what `places[k]` sees.
    ///   - masks: `[places, mask width]`, receives the masks of agents that have them, if given. To be asked for agents
    ///     that act or were truncated: then they must leave a valid action, and `maskParts` tells whether they do.
    public func observe(
        _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>? = nil
    ) {
        switch lanes {
        case .copies(let calls): calls.observe(places, observations, masks)
        case .batch(let batch): batch.observe(places, observations: observations, masks: masks)
        }
    }

    /// Whether nobody acts in an environment, though its episode goes on.
    public func isDeserted(_ environment: Int) -> Bool {
        let first = environment * agents.count
        return episodeStatuses.pointer[environment] == .running
            && !(first..<first + agents.count).contains { acts.pointer[$0] }
    }

    private func check(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "there are \(count) environments, not \(range)")
    }
}

/// Saving in the middle of episodes.
extension MultiAgentVector: Checkpointable {
    /// The whole state of every environment, the seeds not yet used, who acts and who is in play.
    ///
    /// The rewards and statuses of the last step are not part of it.
    public var state: StateTree {
        switch lanes {
        case .copies(let calls): calls.save()
        case .batch(let batch): batch.state
        }
    }

    /// Puts the environments where they were when `state` was read, so that they go on with the same bits.
    ///
    /// - Throws: `StateError` when the state is of another number or kind of environments; nothing is changed then. Also
    ///   when environments outside of this program cannot be put there, see ``restoreLanes(from:)``.
    public func restore(from state: StateTree) throws(StateError) {
        let lanes = try restoreLanes(from: state)
        guard lanes.begunAnew.isEmpty else { throw StateError(.outOfRange, lanes.reason, path: "environments") }
    }

    /// Puts the environments where they were when `state` was read, as far as that is possible: an environment outside of
    /// this program may have to begin a new episode.
    ///
    /// - Returns: the environments with new episodes, and why.
    /// - Throws: `StateError` when the state is of another number or kind of environments.
    public func restoreLanes(from state: StateTree) throws(StateError) -> RestoredLanes {
        switch lanes {
        case .copies(let calls):
            try calls.restore(state)
            return RestoredLanes()
        case .batch(let batch): return try batch.restore(from: state)
        }
    }
}
