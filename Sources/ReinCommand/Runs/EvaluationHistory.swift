/// The evaluations of a run so far, as far as the end of the run depends on them. They are in `result.json`, from which a
/// run that goes on reads them again.
struct EvaluationHistory: Equatable {
    /// The mean return of the last one.
    private(set) var lastMean: Double?
    /// The best mean return.
    private(set) var bestMean: Double?
    /// The number of evaluations since then.
    private(set) var countSinceBest = 0

    /// None.
    init() {}

    /// Notes an evaluation.
    mutating func append(mean: Double) {
        lastMean = mean
        if let bestMean, mean <= bestMean {
            countSinceBest += 1
        } else {
            bestMean = mean
            countSinceBest = 0
        }
    }
}
