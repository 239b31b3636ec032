public import ReinCheckpoints

/// Runs trials in the order of their making, and stops none.
public struct FIFOScheduler: TrialScheduler {
    /// Makes a scheduler.
    public init() {}

    /// Takes note of nothing.
    public mutating func add(_ trial: TrialRecord) -> StateMap? { nil }

    /// Lets the trial go on.
    public mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) -> [SchedulerAction] { [] }

    /// Takes note of nothing.
    public mutating func complete(_ id: TrialID, result: StateTree, in trials: TrialTable) -> [SchedulerAction] { [] }

    /// Takes note of nothing.
    public mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] { [] }

    /// The first trial that waits to begin, or else the first one that is paused.
    public mutating func next(in trials: TrialTable) -> TrialID? { trials.firstWaiting }

    /// Nothing: there is nothing to remember.
    public var state: StateTree { [:] }

    /// Takes over nothing.
    ///
    /// - Throws: `StateError` for what is no state of this scheduler.
    public mutating func restore(from state: StateTree) throws(StateError) { try StateReader(state).expectKeys([]) }
}
