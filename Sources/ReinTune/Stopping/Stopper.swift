public import ReinCheckpoints

/// Applies stop rules to the results of an experiment.
///
/// It has no clock: whoever asks says what time it is.
public struct Stopper: Checkpointable, Sendable {
    private var judges: [any StopJudge]
    private var seen: Set<TrialID> = []

    /// Makes a stopper that has seen nothing.
    ///
    /// - Throws: `StateError` for a rule that makes no sense: a bound that is NaN, a negative number of iterations, a time
    ///   that is not above 0, a metric without a name.
    public init(_ rule: StopRule) throws(StateError) { judges = try rule.judges() }

    /// Judges a result. One that says `done` ends its trial whatever the rules are.
    ///
    /// All rules see the result, also when one of them ends the trial.
    ///
    /// - Throws: `StateError` that names the metric and what the result has, when a bound is set to a metric which the first
    ///   result of the trial lacks, or a metric is text or something else that is no number. That trial has failed then;
    ///   the others go on.
    public mutating func judge(_ result: StateTree, of id: TrialID) throws(StateError) -> StopDecision {
        let isFirst = !seen.contains(id)
        var decision = StopDecision.goOn
        if case .map(let map) = result, map[MetricName.done] == .bool(true) { decision = .stopTrial }
        let isDone = decision.stopsTrial
        var failure: StateError?
        for place in judges.indices {
            do throws(StateError) {
                decision.merge(try judges[place].judge(result, of: id, isFirst: isFirst))
            } catch {
                failure = failure ?? error
            }
        }
        if let failure, !isDone { throw failure }
        if isFirst { seen.insert(id) }
        return decision
    }

    /// Whether the time budget is used up.
    ///
    /// The budget begins with the first call. Time that goes back does not count.
    ///
    /// - Parameter seconds: the time, from any origin.
    public mutating func isOver(at seconds: Double) -> Bool {
        var isOver = false
        for place in judges.indices where judges[place].isOver(at: seconds) { isOver = true }
        return isOver
    }
}

extension Stopper {
    /// What stands for a rule that cannot be written down.
    private static let closure: StateTree = "closure"

    /// What each rule remembers, and which trials have reported.
    public var state: StateTree {
        [
            "trials": .ids(seen.sorted(byBytesOf: \.string)),
            "rules": .list(judges.map { ["rule": $0.rule ?? Self.closure, "state": $0.state] }),
        ]
    }

    /// Takes over a state that one with the same rules had.
    ///
    /// - Throws: `StateError` that names the place; nothing has changed then.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let rules = try reader.list("rules")
        guard rules.count == judges.count else {
            throw try reader.child("rules").error(.wrongShape, "expected \(judges.count) rules, found \(rules.count)")
        }
        var restored = self
        restored.seen = Set(try reader.child("trials").trialIDs())
        for (place, saved) in rules.enumerated() {
            // Read and written again, as a number may have become an integer on its way.
            let rule = try saved.child("rule")
            let isSame = try judges[place].rule.map { own throws(StateError) in try StopRule(rule).tree() == own }
            guard isSame ?? (rule.tree == Self.closure) else {
                throw saved.error(.outOfRange, "this is the state of another rule")
            }
            try saved.child("state").restore { state throws(StateError) in
                try restored.judges[place].restore(from: state)
            }
        }
        self = restored
    }
}
