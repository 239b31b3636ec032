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

    @usableFromInline let resetRange:
        @Sendable (Range<Int>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Bool>?) -> Void
    @usableFromInline let stepRange:
        @Sendable (
            Range<Int>, EnvironmentRows, _ finalObservations: UnsafeMutablePointer<Float>,
            _ masks: UnsafeMutablePointer<Bool>?, _ finalMasks: UnsafeMutablePointer<Bool>?
        ) -> Void
    @usableFromInline let maskRange: @Sendable (Range<Int>, UnsafeMutablePointer<Bool>) -> Int?
    @usableFromInline let saveCopies: @Sendable () -> StateTree
    @usableFromInline let restoreCopies: @Sendable (StateTree) throws(StateError) -> Void

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
        resetRange = { copies.reset($0, observations: $1, masks: $2) }
        stepRange = { copies.step($0, $1, finalObservations: $2, masks: $3, finalMasks: $4) }
        maskRange = { copies.writeMasks($0, into: $1) }
        saveCopies = { copies.state }
        restoreCopies = { (state: StateTree) throws(StateError) in try copies.restore(from: state) }
    }

    /// Starts new episodes in the environments of the range.
    ///
    /// The first reset of environment i uses its seed; every later one goes on with its random generator.
    ///
    /// - Parameters:
    ///   - range: the lanes to start.
    ///   - observations: `[count, observation width]`, receives the first observations.
    ///   - masks: `[count, maskWidth]`, receives the action masks of environments that have them, if given. Whether
    ///     they leave a valid action, which they must, is for the caller to see: `maskParts` tells.
    public func reset(
        _ range: Range<Int>, observations: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>? = nil
    ) {
        check(range)
        resetRange(range, observations, masks)
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
    public func step(
        _ range: Range<Int>, actions: UnsafePointer<Float>, observations: UnsafeMutablePointer<Float>,
        finalObservations: UnsafeMutablePointer<Float>, rewards: UnsafeMutablePointer<Double>,
        statuses: UnsafeMutablePointer<Status>, masks: UnsafeMutablePointer<Bool>? = nil,
        finalMasks: UnsafeMutablePointer<Bool>? = nil
    ) {
        check(range)
        let (actionWidth, width) = (actionSpace.width, observationSpace.count)
        let first = range.lowerBound
        let rows = EnvironmentRows(
            actions: actions + first * actionWidth, observations: observations + first * width,
            rewards: rewards + first, statuses: statuses + first, actionWidth: actionWidth, observationWidth: width)
        stepRange(range, rows, finalObservations + first * width, masks, finalMasks)
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
        return maskRange(range, masks)
    }

    private func check(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "there are \(count) environments, not \(range)")
    }
}

/// Saving in the middle of episodes.
extension VectorEnvironment: Checkpointable {
    /// The whole state of every environment, and the seeds not yet used. The present observations are not part of it.
    public var state: StateTree { saveCopies() }

    /// Puts the environments where they were when `state` was read, so that they go on with the same bits.
    ///
    /// - Throws: `StateError` when the state is of another number or kind of environments; nothing is changed then.
    public func restore(from state: StateTree) throws(StateError) {
        try restoreCopies(state)
    }
}
