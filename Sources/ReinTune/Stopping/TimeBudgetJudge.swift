import ReinCheckpoints

/// Ends an experiment when its time is used up.
struct TimeBudgetJudge: StopJudge {
    private let budget: Double
    /// The seconds that were used up before the time jumped back, or the experiment was restored.
    private var used = 0.0
    /// Since when time counts, and until when it does so far.
    private var span: (start: Double, end: Double)?

    private enum Key: String { case timeBudget }

    /// Makes a judge of which nothing was asked.
    ///
    /// - Throws: `StateError` for a time that is not above 0.
    init(seconds: Double) throws(StateError) {
        budget = seconds
        try check(seconds > 0, Key.timeBudget, seconds, allowed: "above 0 seconds")
    }

    var rule: StateTree? { [StopRule.kindKey: .string(Key.timeBudget.rawValue), "seconds": .double(budget)] }

    func goesOn(fromStateOf rule: StateTree?) -> Bool { isSameKind(as: rule) }

    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) -> StopDecision { .goOn }

    mutating func isOver(at seconds: Double) -> Bool {
        if seconds.isFinite {
            let current = span ?? (seconds, seconds)
            if seconds < current.end {
                used += current.end - current.start
                span = (seconds, seconds)
            } else {
                span = (current.start, seconds)
            }
        }
        return elapsed >= budget
    }

    private var elapsed: Double { used + (span.map { $0.end - $0.start } ?? 0) }

    var state: StateTree { ["used": .double(elapsed)] }

    mutating func restore(from state: StateTree) throws(StateError) {
        used = try StateReader(state).double("used")
        span = nil
    }
}
