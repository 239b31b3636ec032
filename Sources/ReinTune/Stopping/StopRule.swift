public import ReinCheckpoints

/// When a trial, or the whole experiment, has come to its end.
///
///     let rule: StopRule = .anyOf([.atLeast("returnMean", 475), .iterations(200), .timeBudget(seconds: 3600)])
///     var stopper = try Stopper(rule)
///
/// Metrics are named with slashes between the keys of maps inside one another.
public indirect enum StopRule: Sendable {
    /// A trial ends when a metric is at least this.
    case atLeast(String, Double)
    /// A trial ends when a metric is at most this, as of a loss.
    case atMost(String, Double)
    /// A trial ends after this many results, whatever they say that they are.
    case iterations(Int)
    /// A trial ends when a metric of it moves no more.
    case trialPlateau(TrialPlateau)
    /// The experiment ends when its best values move no more.
    case experimentPlateau(ExperimentPlateau)
    /// The experiment ends after so many seconds.
    case timeBudget(seconds: Double)
    /// A trial ends when a closure says so.
    case when(@Sendable (_ result: StateTree, _ id: TrialID) -> Bool)
    /// Whatever one of these rules says.
    case anyOf([StopRule])

    /// What judges by this rule, one for each that is not made of others.
    ///
    /// - Throws: `StateError` that names what is out of range.
    func judges() throws(StateError) -> [any StopJudge] {
        switch self {
        case .atLeast(let metric, let bound): return [try ThresholdJudge(metric, .atLeast, bound)]
        case .atMost(let metric, let bound): return [try ThresholdJudge(metric, .atMost, bound)]
        case .iterations(let count): return [try IterationJudge(limit: count)]
        case .trialPlateau(let plateau): return [TrialPlateauJudge(plateau)]
        case .experimentPlateau(let plateau): return [ExperimentPlateauJudge(plateau)]
        case .timeBudget(let seconds): return [try TimeBudgetJudge(seconds: seconds)]
        case .when(let closure): return [ClosureJudge(closure: closure)]
        case .anyOf(let rules):
            var judges: [any StopJudge] = []
            for rule in rules { judges += try rule.judges() }
            return judges
        }
    }
}
