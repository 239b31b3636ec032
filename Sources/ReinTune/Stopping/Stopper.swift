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

    /// Whether a rule goes by the time.
    var hasTimeBudget: Bool { judges.contains { $0 is TimeBudgetJudge } }

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
        let saved = try SavedRules(state)
        guard saved.rules.count == judges.count else {
            throw saved.error(.wrongShape, "expected \(judges.count) rules, found \(saved.rules.count)")
        }
        var restored = self
        restored.seen = saved.seen
        for (place, rule) in saved.rules.enumerated() {
            guard rule.tree == judges[place].rule else {
                throw rule.place.error(.outOfRange, "this is the state of another rule")
            }
            try restored.restore(rule, at: place)
        }
        self = restored
    }

    /// Takes over what it can use of a state that one with other rules had, for an experiment that goes on with these.
    ///
    /// A rule that was there before goes on from there; so do a number of iterations and a time budget that have become
    /// others: what was counted still counts. Rules that are new begin anew.
    ///
    /// - Throws: `StateError` that names the place; nothing has changed then.
    public mutating func takeOver(from state: StateTree) throws(StateError) {
        let saved = try SavedRules(state)
        var (restored, left) = (self, saved.rules)
        restored.seen = saved.seen
        for place in judges.indices {
            let same = left.firstIndex { $0.tree == judges[place].rule }
            guard let match = same ?? left.firstIndex(where: { judges[place].goesOn(fromStateOf: $0.tree) }) else {
                continue
            }
            try restored.restore(left.remove(at: match), at: place)
        }
        self = restored
    }

    private mutating func restore(_ rule: SavedRules.Rule, at place: Int) throws(StateError) {
        try rule.state.restore { state throws(StateError) in try judges[place].restore(from: state) }
    }

    /// A state, taken apart.
    private struct SavedRules {
        let reader: StateReader
        let seen: Set<TrialID>
        var rules: [Rule] = []

        /// A rule, or nil for a closure, and its state.
        struct Rule {
            let place: StateReader
            let tree: StateTree?
            let state: StateReader
        }

        init(_ state: StateTree) throws(StateError) {
            reader = StateReader(state)
            seen = Set(try reader.child("trials").trialIDs())
            for saved in try reader.list("rules") {
                let rule = try saved.child("rule")
                // Read and written again, as a number may have become an integer on its way.
                let tree: StateTree? = rule.tree == Stopper.closure ? .none : try StopRule(rule).tree()
                rules.append(Rule(place: saved, tree: tree, state: try saved.child("state")))
            }
        }

        func error(_ code: StateError.Code, _ message: String) -> StateError { reader.error(code, message) }
    }
}
