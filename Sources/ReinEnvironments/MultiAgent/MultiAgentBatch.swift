public import ReinCheckpoints
public import ReinNumerics

/// Environments of several agents that are one object for many lanes: the counterpart of ``EnvironmentBatch``.
///
/// The rows of ``MultiAgentVector`` are shared with it: it reads `actions`, and writes all others. Ranges are pieces
/// that it was made with, or several of them side by side, except where a reset follows an episode's end.
public protocol MultiAgentBatch: AnyObject, Sendable {
    /// Starts new episodes in the environments of a range: who acts and is in play, no rewards, all statuses running.
    ///
    /// - Parameter range: whole pieces; or environments whose episodes have ended in their last step.
    /// - Throws: `EnvironmentFault` when an environment fails.
    func reset(_ range: Range<Int>) throws(EnvironmentFault)

    /// Begins a step of the environments of a range with the present actions of those who act, and does not wait for it.
    ///
    /// - Throws: `EnvironmentFault` when the environments cannot be reached; the step has not begun then.
    func beginStep(_ range: Range<Int>) throws(EnvironmentFault)

    /// Does what a thread does that steps several ranges in turns, as ``EnvironmentBatch/takeTurns(_:)``.
    ///
    /// - Parameter turns: begins, awaits and finishes steps, until none is under way.
    func takeTurns(_ turns: () -> Void)

    /// Waits until the step of one of several ranges is done, as ``EnvironmentBatch/awaitStep(of:)``.
    ///
    /// - Parameter ranges: the environments of steps that were begun, the one that was begun first in front; not empty.
    /// - Returns: the index of a range whose step is done, or has failed: finishing it tells.
    func awaitStep(of ranges: [Range<Int>]) -> Int

    /// Waits for the step that was begun, and writes what it brought. Environments whose episode ended are to be reset
    /// before the next step.
    ///
    /// - Throws: `EnvironmentFault` when an environment fails. The environments of the range must then be reset before they
    ///   are stepped again.
    func finishStep(_ range: Range<Int>) throws(EnvironmentFault)

    /// Writes what agents see now, and which of their actions are valid; they act next or were truncated.
    ///
    /// - Parameters:
    ///   - places: the agents; all have the same spaces.
    ///   - observations: `[places, observation width]`.
    ///   - masks: `[places, mask width]`, where the agents have masks and they are asked for.
    func observe(
        _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>?)

    /// Forgets the episodes in flight: the environments have to be reset before they are stepped, and their state says so.
    func forgetEpisodes()

    /// Where the environments are, as far as they can be put there again, and what has happened to them.
    var state: StateTree { get }

    /// Puts the environments where they were when `state` was read. One for which that is impossible begins a new episode.
    ///
    /// - Returns: the environments with new episodes, and why.
    /// - Throws: `StateError` when the state is of other environments, or when they cannot be started.
    func restore(from state: StateTree) throws(StateError) -> RestoredLanes

    /// What has happened to the environments since training began.
    var incidents: EnvironmentIncidents { get }
}

extension MultiAgentBatch {
    /// Does just that.
    public func takeTurns(_ turns: () -> Void) { turns() }

    /// The first of them: ``finishStep(_:)`` waits.
    public func awaitStep(of ranges: [Range<Int>]) -> Int { 0 }
}

/// The rows that a ``MultiAgentBatch`` shares with its vector.
public struct MultiAgentRows: Sendable {
    /// Who acts in the next step, `[count, agents]`; nobody where the episode has ended.
    public let acts: AlignedBuffer<Bool>
    /// Who takes part at present, `[count, agents]`; nobody where the episode has ended.
    public let inPlay: AlignedBuffer<Bool>
    /// The rewards of the last step, `[count, agents]`; 0 after a reset.
    public let rewards: AlignedBuffer<Double>
    /// Which agents left in the last step, and how, `[count, agents]`; `running` for all others.
    public let statuses: AlignedBuffer<Status>
    /// The actions of the next step, `[count, action width]`: one action of each agent, side by side.
    public let actions: AlignedBuffer<Float>
    /// How each episode stands after its last step, `[count]`.
    public let episodeStatuses: AlignedBuffer<Status>
}
