import ReinCheckpoints

/// What applies one rule to results, and remembers what it has to.
protocol StopJudge: Checkpointable, Sendable {
    /// The rule as data; nil for a closure, which is none.
    var rule: StateTree? { get }

    /// Judges a result.
    ///
    /// - Parameters:
    ///   - result: the metrics.
    ///   - id: the trial whose result it is.
    ///   - isFirst: whether it is the first of this trial.
    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) throws(StateError) -> StopDecision

    /// Whether it can go on from the state that a judge by another rule had.
    func goesOn(fromStateOf rule: StateTree?) -> Bool

    /// Whether the experiment is over at a time, in seconds from any origin.
    mutating func isOver(at seconds: Double) -> Bool
}

extension StopJudge {
    mutating func isOver(at seconds: Double) -> Bool { false }

    func goesOn(fromStateOf rule: StateTree?) -> Bool { false }

    /// Whether a rule is of the same kind as this one.
    func isSameKind(as rule: StateTree?) -> Bool {
        guard let kind = self.rule?.metric(StopRule.kindKey) else { return false }
        return rule?.metric(StopRule.kindKey) == kind
    }
}

/// A judge that has nothing to remember.
protocol StatelessStopJudge: StopJudge {}

extension StatelessStopJudge {
    var state: StateTree { [:] }

    mutating func restore(from state: StateTree) throws(StateError) { try StateReader(state).expectKeys([]) }
}

/// Asks a closure.
struct ClosureJudge: StatelessStopJudge {
    let closure: @Sendable (StateTree, TrialID) -> Bool
    var rule: StateTree? { nil }

    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) -> StopDecision {
        closure(result, id) ? .stopTrial : .goOn
    }
}
