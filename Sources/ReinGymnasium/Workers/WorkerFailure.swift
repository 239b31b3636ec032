import ReinCheckpoints
import ReinProcesses

/// What went wrong in a worker, and where.
struct WorkerFailure: Error, Sendable, Equatable {
    /// What happened.
    enum Cause: Sendable, Equatable {
        /// Python raised an error; the worker goes on.
        case raised(RaisedError)
        /// The worker ended.
        case ended(ProcessEnd)
        /// The worker was ended since it did not answer for so long.
        case silent(Duration)
        /// The worker was ended since it answered what it must not: in words.
        case broken(String)
        /// The worker could not be started, or not be talked to.
        case system(StateError)
    }

    /// What happened.
    let cause: Cause
    /// The lane, where it is known.
    var lane: Int?
    /// The seed of the lane's episode, where it is known.
    var seed: Int?
    /// The number of the step in the episode, from 1; 0 for the reset.
    var step: Int?
    /// The action of that step.
    var action: [Float]?
    /// The end of what the worker has printed.
    var output = ""

    /// Whether the worker goes on.
    var leavesWorker: Bool { if case .raised = cause { true } else { false } }

    /// What happened, in one line, without the lane.
    var summary: String { headline + (place.isEmpty ? "" : ", \(place)") }

    /// What happened, in one line or several, without the lane.
    var words: String {
        var lines = [summary]
        if case .raised(let error) = cause {
            if !error.traceback.isEmpty { lines += error.traceback.cleanLines }
            if let hint = error.hint { lines.append(hint.cleanLines.joined(separator: " ")) }
        }
        if !output.isEmpty, !leavesWorker {
            lines.append("the last that it printed:")
            lines += output.cleanLines.suffix(20).map { "    \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        switch cause {
        case .raised(let error): error.headline
        case .ended(let end): "its process \(end)"
        case .silent(let limit): "its process did not answer within \(limit), and was ended"
        case .broken(let words): "its process was ended, for it broke the protocol: \(words)"
        case .system(let error): "\(error)"
        }
    }

    /// When it happened: `in step 3 of the episode with seed 7 and action [0.5]`.
    private var place: String {
        guard let step else { return "" }
        let episode = seed.map { "the episode with seed \($0)" }
        if step == 0 { return "in the reset" + (episode.map { " of \($0)" } ?? "") }
        let numbers = action.map { action in
            " with action [" + action.prefix(16).map { "\($0)" }.joined(separator: ", ")
                + (action.count > 16 ? ", ...]" : "]")
        }
        return "in step \(step)" + (episode.map { " of \($0)" } ?? "") + (numbers ?? "")
    }
}

extension String {
    /// The lines of a text that somebody else wrote, so that they do not play with the reader's terminal.
    var cleanLines: [String] {
        split(omittingEmptySubsequences: true, whereSeparator: \.isNewline).map { String($0).escapingControls }
    }
}
