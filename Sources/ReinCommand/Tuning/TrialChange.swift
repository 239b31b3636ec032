import Rein
import ReinTune

/// Something that has happened to a trial.
struct TrialChange: Sendable {
    /// What has happened.
    enum Kind: String, Sendable {
        /// It has begun, or goes on.
        case begin
        /// It has a result.
        case result
        /// It waits to go on: a scheduler wants it, or it has failed and tries again.
        case pause
        /// It has come to its end.
        case end
    }

    /// What has happened.
    let kind: Kind
    /// The trial afterwards.
    let trial: TrialRecord

    /// The change as data: a line of `--json`.
    var tree: StateTree {
        var map: StateMap = [
            "event": .string(kind.rawValue), "trial": .string(trial.id.string), "number": .int(Int64(trial.index)),
        ]
        switch kind {
        case .begin:
            map["tag"] = .string(trial.tag)
            map["configuration"] = .map(trial.configuration)
        case .pause: break
        case .end:
            map["status"] = .string(trial.status.rawValue)
            map["iteration"] = trial.iteration.map { .int(Int64($0)) } ?? .null
        case .result: map["metrics"] = trial.lastResult ?? .null
        }
        return .map(map)
    }
}

/// Finds out what has happened to trials.
struct TrialChanges {
    private struct Known {
        var status: TrialStatus
        var iteration: Int?
    }

    private var known: [Known] = []

    /// Takes the trials as they are now.
    ///
    /// - Parameter isContinuing: whether they are those of an experiment that goes on: what was before is no news.
    /// - Returns: what has happened since they were taken last.
    mutating func take(_ trials: [TrialRecord], isContinuing: Bool = false) -> [TrialChange] {
        var changes: [TrialChange] = []
        for (place, trial) in trials.enumerated() {
            if place == known.count {
                known.append(Known(status: .pending, iteration: isContinuing ? trial.iteration : nil))
                if isContinuing, trial.status != .running { known[place].status = trial.status }
            }
            let before = known[place]
            // Nothing happens to trials that have ended.
            guard before.status != trial.status || trial.status == .running else { continue }
            let iteration = trial.iteration
            known[place] = Known(status: trial.status, iteration: iteration)
            if before.status != .running, trial.status == .running {
                changes.append(TrialChange(kind: .begin, trial: trial))
            }
            if iteration != before.iteration { changes.append(TrialChange(kind: .result, trial: trial)) }
            switch trial.status {
            case .terminated, .errored: changes.append(TrialChange(kind: .end, trial: trial))
            case .paused, .pending: changes.append(TrialChange(kind: .pause, trial: trial))
            case .running: break
            }
        }
        return changes
    }
}

extension TrialRecord {
    /// The number of its steps; nil before the first result.
    var iteration: Int? { number(MetricName.trainingIteration).flatMap { Int(exactly: $0) } }

    /// The number of a metric of its newest result; nil when there is none.
    func number(_ metric: String) -> Double? {
        switch lastResult?.metric(metric) {
        case .int(let value)?: Double(value)
        case .double(let value)?: value
        case .bool(let value)?: value ? 1 : 0
        default: nil
        }
    }
}
