import ReinCheckpoints

/// Where the trials of a bracket are compared with those that were there before them.
struct ASHARung: Sendable {
    /// How far a trial has come that is here.
    let milestone: Double
    /// The trials that were here, in the order of their coming.
    private(set) var trials: [TrialID] = []
    /// Their scores, the higher the better.
    private(set) var scores: [Double] = []
    private var percentile: RunningPercentile

    /// Makes a rung where nobody was.
    init(milestone: Double, reductionFactor: Double) {
        self.milestone = milestone
        // Rounded as a percentage, as NumPy's `percentile` has it.
        percentile = RunningPercentile(share: (1 - 1 / reductionFactor) * 100 / 100)
    }

    /// The score below which a trial is stopped: that which all but one part of the factor's are below. What is NaN does
    /// not count; nil when no number came.
    var cutoff: Double? { percentile.value }

    /// Whether a trial may go on from here.
    func lets(_ score: TrialScore) -> Bool { cutoff.map { score >= TrialScore($0) } ?? true }

    /// Notes that a trial was here.
    mutating func record(_ score: TrialScore, of id: TrialID) {
        trials.append(id)
        scores.append(score.value)
        if !score.value.isNaN { percentile.insert(score.value) }
    }
}
