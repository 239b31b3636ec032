public import ReinCheckpoints

/// What a trial of an experiment came to, as its folder has it.
public struct TrialResult: Sendable {
    /// Its id.
    public internal(set) var id: TrialID
    /// Its number among the trials; nil when nothing tells it.
    public internal(set) var number: Int?
    /// What its name tells of its settings, such as `1_lr=0.1000`; empty when nothing does.
    public internal(set) var tag: String
    /// The path of its folder, or its address in a storage; nil when it has none, as one that has not begun.
    public internal(set) var folder: String?
    /// What it does. Without a file `experiment_state-<date>.json` this follows from the folder: it has ended when its last
    /// result says so, else failed when it has a file of errors, else runs when it has results.
    public internal(set) var status: TrialStatus
    /// The settings of its last result.
    public internal(set) var configuration: StateMap
    /// Its last result, without the settings; empty before the first.
    public internal(set) var lastMetrics: StateMap
    /// The number of results.
    public internal(set) var resultCount: Int
    /// What its last failure left, also when the trial went on after it; nil when it never failed.
    public internal(set) var errorText: String?
    /// The checkpoints that are there, in the order of their making.
    public internal(set) var checkpoints: [TrialCheckpoint]
    /// Where its results are.
    var resultFile: ResultFile?

    /// The number of iterations; nil before the first result.
    public var iteration: Int? { lastMetrics.count(ofMetric: MetricName.trainingIteration) }

    /// The time that it has trained, in seconds; nil when no result says it.
    public var seconds: Double? { lastMetrics.number(ofMetric: MetricName.secondsTotal) }

    /// The newest checkpoint.
    public var latestCheckpoint: TrialCheckpoint? { checkpoints.last }

    /// The checkpoint whose result has the best value of a metric, the newest of those that are equal; nil when none has one
    /// that is finite.
    public func bestCheckpoint(_ metric: String, _ order: ScoreOrder) -> TrialCheckpoint? {
        var best: (checkpoint: TrialCheckpoint, score: Double)?
        for checkpoint in checkpoints {
            guard let score = checkpoint.score(metric) else { continue }
            let isWorse = best.map { order == .max ? score < $0.score : score > $0.score } ?? false
            if !isWorse { best = (checkpoint, score) }
        }
        return best?.checkpoint
    }
}
