public import ReinCheckpoints

/// What decides, after every result, which trials go on and which ones get the free places.
///
/// A scheduler is a value without a clock, files or threads: it is told what happens and says what is to be done. Its state
/// is written into the experiment's journal, so that a resumed search decides as an uninterrupted one.
public protocol TrialScheduler: Checkpointable, Sendable {
    /// The metric that trials are compared by; nil when they are not, which is so unless said otherwise.
    var metric: String? { get }

    /// Takes note of a trial that was made.
    ///
    /// - Returns: the settings that it is to train with, where they differ from those in the record.
    /// - Throws: `StateError` for settings that the scheduler cannot work with.
    mutating func add(_ trial: TrialRecord) throws(StateError) -> StateMap?

    /// Decides after a result.
    ///
    /// - Parameters:
    ///   - result: the metrics as they were reported, maps inside one another included.
    ///   - id: the trial, which runs; its record has the result before this one.
    ///   - trials: all trials.
    /// - Returns: what is to be done; nothing when the trial simply goes on.
    /// - Throws: `StateError` for a metric that it needs and the result lacks; the trial then fails.
    mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction]

    /// Takes note of a trial that has come to its end after a result, or was stopped while it ran.
    ///
    /// - Returns: what is to be done with others.
    mutating func complete(_ id: TrialID, result: StateTree, in trials: TrialTable) -> [SchedulerAction]

    /// Takes note of a trial that has failed for good, or was stopped while it did not run.
    ///
    /// - Returns: what is to be done with others.
    mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction]

    /// The trial that gets the next free place: one that is pending or paused; nil when none is to run now.
    mutating func next(in trials: TrialTable) -> TrialID?

    /// Takes note of a trial that goes on after it had ended, since somebody wants that.
    mutating func goOn(with trial: TrialRecord)
}

extension TrialScheduler {
    /// Nil.
    public var metric: String? { nil }

    /// Does nothing: what is known of a trial stays when it ends.
    public mutating func goOn(with trial: TrialRecord) {}
}
