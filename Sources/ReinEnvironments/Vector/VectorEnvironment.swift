public import ReinCheckpoints

/// A number of copies of one environment, stepped together, each with a random generator of its own.
///
/// A call is one dynamic call a batch; inside it everything is specialised for the environment's type, because the
/// loop is made where the type is named: in the inlinable initialisers here and of ``EnvironmentSpecification``.
///
/// All pointers are bases of row 0 of arrays with `count` rows, and a call touches only the rows in its range: so
/// disjoint ranges may be stepped at the same time on different threads, and the result does not depend on how the
/// environments are divided. The same environment must not be in two calls at once. No call allocates.
public final class VectorEnvironment: Sendable {
    /// The number of environments.
    public let count: Int
    /// The space of each environment's observations.
    public let observationSpace: Box
    /// The space of each environment's actions.
    public let actionSpace: ActionSpace
    /// The parts of an action mask; none when the environments do not mask actions.
    public let maskParts: MaskParts
    /// The number of entries of an action mask; 0 when the environments do not mask actions.
    public var maskWidth: Int { maskParts.width }

    /// Who steps the lanes: the loops of this program over copies, or else an object for all of them. Beside each other
    /// rather than in an enumeration, which a step would take apart, and hold on to what it finds.
    @usableFromInline let calls: CopyCalls?
    @usableFromInline let batch: (any EnvironmentBatch)?
    /// The loop that steps copies; not to be called where there is a batch. It stands here, not with the other calls, and is
    /// no optional, so that a step counts no reference.
    @usableFromInline let stepCopies: CopyStep

    /// Steps copies in a range. Rows start at the range's first, but for those of masks.
    @usableFromInline typealias CopyStep =
        @Sendable (
            Range<Int>, EnvironmentRows, _ finalObservations: UnsafeMutablePointer<Float>,
            _ masks: UnsafeMutablePointer<Bool>?, _ finalMasks: UnsafeMutablePointer<Bool>?
        ) -> Void

    /// The loops over copies of an environment, specialised for its type.
    @usableFromInline final class CopyCalls: Sendable {
        @usableFromInline let reset:
            @Sendable (Range<Int>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Bool>?) -> Void
        @usableFromInline let writeMasks: @Sendable (Range<Int>, UnsafeMutablePointer<Bool>) -> Int?
        @usableFromInline let save: @Sendable () -> StateTree
        @usableFromInline let restore: @Sendable (StateTree) throws(StateError) -> Void

        @inlinable init<E: Environment>(_ copies: EnvironmentCopies<E>) {
            reset = { copies.reset($0, observations: $1, masks: $2) }
            writeMasks = { copies.writeMasks($0, into: $1) }
            save = { copies.state }
            restore = { (state: StateTree) throws(StateError) in try copies.restore(from: state) }
        }
    }

    /// Creates `seeds.count` environments; environment i is first reset with `seeds[i]`.
    ///
    /// The environments' time limits are not applied: wrap them in ``TimeLimit``, or use an
    /// ``EnvironmentSpecification``, which does.
    @inlinable public init<E: Environment>(seeds: [UInt64], make: () -> E) {
        let sample = make()
        count = seeds.count
        observationSpace = sample.observationSpace
        actionSpace = sample.actionSpace
        precondition(
            E.Action.width == sample.actionSpace.width,
            "the action type of \(E.self) reads \(E.Action.width) numbers, but the action space has \(sample.actionSpace.width)"
        )
        let maskParts = MaskParts(E.masksActions ? sample.actionSpace.choiceCounts : [])
        precondition(
            E.masksActions == !maskParts.counts.isEmpty,
            "\(E.self) masks actions, but only discrete actions can be masked")
        self.maskParts = maskParts
        let copies = EnvironmentCopies(
            make, seeds: seeds, width: sample.observationSpace.count, maskParts: maskParts)
        calls = CopyCalls(copies)
        stepCopies = { copies.step($0, $1, finalObservations: $2, masks: $3, finalMasks: $4) }
        batch = nil
    }

    /// Makes a vector of an object that stands for all of its lanes.
    ///
    /// - Parameters:
    ///   - batch: the object. Nobody else uses it.
    ///   - count: the number of its lanes.
    ///   - observationSpace: the space of each lane's observations.
    ///   - actionSpace: the space of each lane's actions.
    ///   - masksActions: whether the lanes say which actions are valid; discrete ones alone can be masked.
    public init(
        _ batch: any EnvironmentBatch, count: Int, observationSpace: Box, actionSpace: ActionSpace, masksActions: Bool
    ) {
        self.count = count
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        maskParts = MaskParts(masksActions ? actionSpace.choiceCounts : [])
        precondition(masksActions == !maskParts.counts.isEmpty, "only discrete actions can be masked")
        calls = nil
        stepCopies = { _, _, _, _, _ in preconditionFailure("there are no copies") }
        self.batch = batch
    }

    /// Whether the lanes are stepped elsewhere, so that a thread can go on between the two halves of a step.
    public var stepsElsewhere: Bool { batch != nil }

    /// Starts new episodes in the environments of the range.
    ///
    /// The first reset of environment i uses its seed; every later one goes on with its random generator.
    ///
    /// - Parameters:
    ///   - range: the lanes to start.
    ///   - observations: `[count, observation width]`, receives the first observations.
    ///   - masks: `[count, maskWidth]`, receives the action masks of environments that have them, if given. Whether
    ///     they leave a valid action, which they must, is for the caller to see: `maskParts` tells.
    /// - Throws: `EnvironmentFault` when an environment outside of this program fails.
    public func reset(
        _ range: Range<Int>, observations: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>? = nil
    ) throws(EnvironmentFault) {
        check(range)
        calls?.reset(range, observations, masks)
        try batch?.reset(range, observations: observations, masks: masks)
    }

    /// Steps the environments of the range, and resets those whose episode ends.
    ///
    /// - Parameters:
    ///   - range: the lanes to step.
    ///   - actions: `[count, action width]`; a discrete action is its index.
    ///   - observations: `[count, observation width]`, receives what the next action is chosen from: where an
    ///     episode ended, the first observation of the next one.
    ///   - finalObservations: `[count, observation width]`, receives the last observation of each episode that
    ///     ended with this step; other rows are left as they are.
    ///   - rewards: `[count]`, receives the rewards of the step.
    ///   - statuses: `[count]`, receives how each episode stands after the step.
    ///   - masks: `[count, maskWidth]`, receives the masks that belong to `observations` where environments have them,
    ///     if given.
    ///   - finalMasks: `[count, maskWidth]`, receives the masks that belong to `finalObservations`, if given: those of
    ///     truncated states, and all true after termination. Other rows are left as they are.
    /// - Throws: `EnvironmentFault` when an environment outside of this program fails; the lanes of the range must then be
    ///   reset before they are stepped again.
    public func step(
        _ range: Range<Int>, actions: UnsafePointer<Float>, observations: UnsafeMutablePointer<Float>,
        finalObservations: UnsafeMutablePointer<Float>, rewards: UnsafeMutablePointer<Double>,
        statuses: UnsafeMutablePointer<Status>, masks: UnsafeMutablePointer<Bool>? = nil,
        finalMasks: UnsafeMutablePointer<Bool>? = nil
    ) throws(EnvironmentFault) {
        check(range)
        if batch != nil {
            try beginStep(range, actions: actions)
            return try finishStep(
                range, actions: actions, observations: observations, finalObservations: finalObservations,
                rewards: rewards, statuses: statuses, masks: masks, finalMasks: finalMasks)
        }
        let (first, actionWidth, width) = (range.lowerBound, actionSpace.width, observationSpace.count)
        let rows = EnvironmentRows(
            actions: actions + first * actionWidth, observations: observations + first * width,
            rewards: rewards + first, statuses: statuses + first, actionWidth: actionWidth, observationWidth: width)
        stepCopies(range, rows, finalObservations + first * width, masks, finalMasks)
    }

    /// Begins a step of lanes that are stepped elsewhere; of no effect on others, which `finishStep` steps.
    ///
    /// - Parameters:
    ///   - range: the lanes to step.
    ///   - actions: `[count, action width]`; must stay until the step is finished.
    /// - Throws: `EnvironmentFault` when the environments cannot be reached; the step has not begun then.
    public func beginStep(_ range: Range<Int>, actions: UnsafePointer<Float>) throws(EnvironmentFault) {
        check(range)
        try batch?.beginStep(range, actions: actions)
    }

    /// Does what a thread does that steps several ranges in turns: where lanes are stepped elsewhere, it waits as is best
    /// for that.
    ///
    /// - Parameter turns: begins, awaits and finishes steps, until none is under way.
    public func takeTurns(_ turns: () -> Void) {
        if let batch { batch.takeTurns(turns) } else { turns() }
    }

    /// Waits until the step of one of several ranges is done, where lanes are stepped elsewhere: whoever has begun several
    /// finishes that one next.
    ///
    /// - Parameter ranges: the lanes of steps that were begun, the one that was begun first in front; not empty.
    /// - Returns: the index of a range whose step is done, or has failed; 0 in this program.
    public func awaitStep(of ranges: [Range<Int>]) -> Int { batch?.awaitStep(of: ranges) ?? 0 }

    /// Finishes a step that was begun; the parameters are those of ``step(_:actions:observations:finalObservations:rewards:statuses:masks:finalMasks:)``.
    ///
    /// - Throws: `EnvironmentFault` as there.
    public func finishStep(
        _ range: Range<Int>, actions: UnsafePointer<Float>, observations: UnsafeMutablePointer<Float>,
        finalObservations: UnsafeMutablePointer<Float>, rewards: UnsafeMutablePointer<Double>,
        statuses: UnsafeMutablePointer<Status>, masks: UnsafeMutablePointer<Bool>? = nil,
        finalMasks: UnsafeMutablePointer<Bool>? = nil
    ) throws(EnvironmentFault) {
        guard let batch else {
            return try step(
                range, actions: actions, observations: observations, finalObservations: finalObservations,
                rewards: rewards, statuses: statuses, masks: masks, finalMasks: finalMasks)
        }
        try batch.finishStep(
            range,
            into: EnvironmentBatchRows(
                observations: observations, finalObservations: finalObservations, rewards: rewards,
                statuses: statuses, masks: masks, finalMasks: finalMasks))
    }

    /// Writes the action masks of the present states, as they were written by the last reset or step: for a vector
    /// that was restored.
    ///
    /// - Parameters:
    ///   - range: the lanes to step.
    ///   - masks: `[count, maskWidth]`, left alone when the environments have no masks.
    /// - Returns: the first environment in the range that masks every action, which no state in mid-episode may; nil
    ///   when there is none.
    public func writeMasks(_ range: Range<Int>, into masks: UnsafeMutablePointer<Bool>) -> Int? {
        check(range)
        if let calls { return calls.writeMasks(range, masks) }
        guard maskWidth > 0 else { return nil }
        batch?.writeMasks(range, into: masks)
        return maskParts.firstFault(of: masks + range.lowerBound * maskWidth, rows: range.count).map {
            range.lowerBound + $0.row
        }
    }

    /// Forgets the episodes in flight of lanes that are stepped elsewhere, after one of them has failed: they have to be
    /// reset. Of no effect on others.
    public func forgetEpisodes() { batch?.forgetEpisodes() }

    /// What has happened to environments outside of this program; nil for others.
    public var incidents: EnvironmentIncidents? { batch?.incidents }

    private func check(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "there are \(count) environments, not \(range)")
    }
}

/// Saving in the middle of episodes.
extension VectorEnvironment: Checkpointable {
    /// The whole state of every environment, and the seeds not yet used. The present observations are not part of it.
    public var state: StateTree { calls?.save() ?? batch?.state ?? .null }

    /// Puts the environments where they were when `state` was read, so that they go on with the same bits.
    ///
    /// - Throws: `StateError` when the state is of another number or kind of environments; nothing is changed then. Also
    ///   when environments outside of this program cannot be put there, see ``restoreLanes(from:observations:)``.
    public func restore(from state: StateTree) throws(StateError) {
        try calls?.restore(state)
        guard let lanes = try batch?.restore(from: state), !lanes.begunAnew.isEmpty else { return }
        throw StateError(.outOfRange, lanes.reason, path: "environments")
    }

    /// Puts the environments where they were when `state` was read, as far as that is possible: an environment outside of
    /// this program may have to begin a new episode.
    ///
    /// - Parameters:
    ///   - state: what was read.
    ///   - observations: `[count, observation width]`, receives the first observations of new episodes; other rows are
    ///     left as they are.
    /// - Returns: the lanes with new episodes, and why.
    /// - Throws: `StateError` when the state is of another number or kind of environments.
    public func restoreLanes(
        from state: StateTree, observations: UnsafeMutablePointer<Float>
    ) throws(StateError) -> RestoredLanes {
        guard let batch else {
            try restore(from: state)
            return RestoredLanes()
        }
        let lanes = try batch.restore(from: state)
        for lane in lanes.begunAnew { batch.writeObservations(lane..<lane + 1, into: observations) }
        return lanes
    }
}
