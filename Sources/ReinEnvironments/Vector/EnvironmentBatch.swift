public import ReinCheckpoints

/// Environments that are one object for many lanes: those of other processes, or of a simulator that steps many at once.
///
/// ``VectorEnvironment`` is made of one by ``VectorEnvironment/init(_:count:observationSpace:actionSpace:masksActions:)``.
/// Lanes are divided into the pieces that it was made with, and every range is one of them or several side by side.
/// Different pieces may be in calls on different threads at once. All pointers are bases of row 0, and a call touches only
/// the rows in its range.
///
/// A step is in two halves, so that one thread keeps several pieces busy: it sends the actions of one, and goes on with
/// another while the first is stepped.
public protocol EnvironmentBatch: AnyObject, Sendable {
    /// Starts new episodes in the lanes of a range, whatever has become of earlier ones.
    ///
    /// - Parameters:
    ///   - range: the lanes.
    ///   - observations: `[count, observation width]`, receives the first observations.
    ///   - masks: `[count, mask width]`, receives the masks that belong to them, if there are masks.
    /// - Throws: `EnvironmentFault` when an environment fails.
    func reset(
        _ range: Range<Int>, observations: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>?
    ) throws(EnvironmentFault)

    /// Begins a step of the lanes of a range, and does not wait for it.
    ///
    /// - Parameters:
    ///   - range: the lanes.
    ///   - actions: `[count, action width]`; copied, so that the rows may change afterwards.
    /// - Throws: `EnvironmentFault` when the environments cannot be reached; the step has not begun then.
    func beginStep(_ range: Range<Int>, actions: UnsafePointer<Float>) throws(EnvironmentFault)

    /// Does what a thread does that steps several ranges in turns, so that it can wait as is best for that. Without an
    /// implementation it does just that.
    ///
    /// - Parameter turns: begins, awaits and finishes steps, until none is under way.
    func takeTurns(_ turns: () -> Void)

    /// Waits until the step of one of several ranges is done, so that a thread goes on with whichever is first. Without an
    /// implementation it is the first of them, and ``finishStep(_:into:)`` waits.
    ///
    /// - Parameter ranges: the lanes of steps that were begun, the one that was begun first in front; not empty.
    /// - Returns: the index of a range whose step is done, or has failed: finishing it tells.
    func awaitStep(of ranges: [Range<Int>]) -> Int

    /// Waits for the step that was begun, and writes what it brought; lanes whose episode ended have begun a new one.
    ///
    /// - Parameters:
    ///   - range: the lanes.
    ///   - rows: where to write.
    /// - Throws: `EnvironmentFault` when an environment fails. The lanes of the range must then be reset before they are
    ///   stepped again.
    func finishStep(_ range: Range<Int>, into rows: EnvironmentBatchRows) throws(EnvironmentFault)

    /// Writes the observations of the present states, as the last reset or step wrote them.
    func writeObservations(_ range: Range<Int>, into observations: UnsafeMutablePointer<Float>)

    /// Writes the masks of the present states, as the last reset or step wrote them; of no effect without masks.
    func writeMasks(_ range: Range<Int>, into masks: UnsafeMutablePointer<Bool>)

    /// Forgets the episodes in flight: the lanes have to be reset before they are stepped, and their state says so.
    func forgetEpisodes()

    /// Where the lanes are, as far as they can be put there again, and what has happened to them.
    var state: StateTree { get }

    /// Puts the lanes where they were when `state` was read. A lane for which that is impossible begins a new episode.
    ///
    /// - Returns: the lanes with new episodes, and why.
    /// - Throws: `StateError` when the state is of other environments, or when they cannot be started.
    func restore(from state: StateTree) throws(StateError) -> RestoredLanes

    /// What has happened to the environments since training began.
    var incidents: EnvironmentIncidents { get }
}

extension EnvironmentBatch {
    /// Does just that.
    public func takeTurns(_ turns: () -> Void) { turns() }

    /// The first of them: ``finishStep(_:into:)`` waits.
    public func awaitStep(of ranges: [Range<Int>]) -> Int { 0 }
}

/// Where the steps of an ``EnvironmentBatch`` write what they brought, by the first elements of row 0.
public struct EnvironmentBatchRows {
    /// Receives the observations that the next actions are chosen from, `[count, observation width]`.
    public let observations: UnsafeMutablePointer<Float>
    /// Receives the last observations of episodes that ended, `[count, observation width]`; other rows stay.
    public let finalObservations: UnsafeMutablePointer<Float>
    /// Receives the rewards, `[count]`.
    public let rewards: UnsafeMutablePointer<Double>
    /// Receives how each episode stands after the step, `[count]`.
    public let statuses: UnsafeMutablePointer<Status>
    /// Receives the masks that belong to `observations`, `[count, mask width]`, where they are asked for.
    public let masks: UnsafeMutablePointer<Bool>?
    /// Receives the masks of truncated states, and all true after termination, `[count, mask width]`, where they are
    /// asked for; other rows stay.
    public let finalMasks: UnsafeMutablePointer<Bool>?

    /// Describes rows by their first elements.
    public init(
        observations: UnsafeMutablePointer<Float>, finalObservations: UnsafeMutablePointer<Float>,
        rewards: UnsafeMutablePointer<Double>, statuses: UnsafeMutablePointer<Status>,
        masks: UnsafeMutablePointer<Bool>?, finalMasks: UnsafeMutablePointer<Bool>?
    ) {
        self.observations = observations
        self.finalObservations = finalObservations
        self.rewards = rewards
        self.statuses = statuses
        self.masks = masks
        self.finalMasks = finalMasks
    }
}
