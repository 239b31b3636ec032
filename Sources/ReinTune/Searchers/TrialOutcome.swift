import ReinCheckpoints

/// What a searcher knows of a trial's success.
enum TrialOutcome: Sendable, Equatable {
    /// It has not ended.
    case running
    /// It ended with a score, which is a number, perhaps an infinite one.
    case scored(Double)
    /// It failed, or its score is NaN, missing or no number: it is worse than all that have a score.
    case worst

    /// The outcome of a trial that ended.
    init(_ metric: String, in result: StateTree?, hasFailed: Bool) {
        guard !hasFailed, let score = result?.score(metric) else {
            self = .worst
            return
        }
        self.init(score)
    }

    /// The outcome of a trial that ended with a score; nil for one that failed.
    init(_ score: Double?) {
        guard let score, !score.isNaN else {
            self = .worst
            return
        }
        self = .scored(score)
    }

    /// What it is written as in a state; JSON has no words for infinities.
    var state: StateTree {
        switch self {
        case .running: "running"
        case .worst: "worst"
        case .scored(let score): score.isFinite ? .double(score) : score > 0 ? "Infinity" : "-Infinity"
        }
    }

    /// The outcome that `state` wrote.
    ///
    /// - Throws: `StateError` for anything else.
    init(restoredFrom reader: StateReader) throws(StateError) {
        switch reader.tree {
        case "running": self = .running
        case "worst": self = .worst
        case "Infinity": self = .scored(.infinity)
        case "-Infinity": self = .scored(-.infinity)
        default: self = Self(try reader.double())
        }
    }
}

extension StateTree {
    /// The number of a metric, truth values being 0 and 1; nil for one that is missing or no number.
    func score(_ metric: String) -> Double? {
        switch self.metric(metric) {
        case .double(let score): score
        case .int(let score): Double(score)
        case .bool(let score): score ? 1 : 0
        default: nil
        }
    }
}
