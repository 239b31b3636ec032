package import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lets a program in another language ask for trials and tell their results, in lines of JSON: one answer to each request,
/// in their order.
///
/// | Request | Answer |
/// | --- | --- |
/// | `{"ask": {}}` | `{"trial": {"id", "configuration", "tag", "folder", "checkpoint"}}`, where `checkpoint` is null or has `trial`, `folder` and `iteration`; or `{"trial": null, "finished", "closed"}` |
/// | `{"tell": {"trial", "metrics", "done"}}` | `{"verdict"}`: `goOn`, `saveAndGoOn`, `pause`, `saveAndPause`, `stop`; or `failed`, with a `reason` |
/// | `{"fail": {"trial", "reason", "restoring"}}` | `{"goesOn"}`, whether the trial is asked for again |
/// | `{"end": {"trial"}}` | `{"ended"}`, the trial |
/// | `{"best": {"metric", "mode"}}` | `{"best": {"trial", "value", "metrics", "configuration", "folder"}}` |
/// | `{"checkpoints": {}}` | `{"checkpoints"}`, a list of those that trials may be told to go on from; others may be deleted |
/// | `{"close": {}}` | `{"closed": true}`; it is the last one |
///
/// `done` and `restoring` may be left out, as well as what `best` goes by where the plan says it. Whatever is wrong with a
/// request is answered with `{"error": {"message", "path"}}`, and the next one is read. Numbers may be `NaN`, `Infinity` and
/// `-Infinity` as Python's `json` writes them; in answers they are null. When there are no more requests the experiment is
/// closed, and can be resumed.
package struct AskTellServer {
    /// The largest number of bytes of a request: 16 MB unless said otherwise.
    package var lineLimit = 1 << 24

    private let experiment: AskTellExperiment
    private let rule: BestTrialRule?
    private let warn: (String) -> Void

    /// Serves an experiment.
    ///
    /// - Parameters:
    ///   - rule: what `best` goes by when a request does not say it.
    ///   - warn: gets what a person should know, when it is known.
    package init(
        _ experiment: AskTellExperiment, best rule: BestTrialRule? = nil, warning warn: @escaping (String) -> Void
    ) {
        self.experiment = experiment
        self.rule = rule
        self.warn = warn
    }

    /// Serves an experiment that a plan describes, from open files, and closes it.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - name: what is trained, for the names of folders.
    ///   - folder: the experiment's folder.
    ///   - resuming: whether it goes on with the experiment that is there; nil when it begins one.
    ///   - input: the open file that requests are read from.
    ///   - output: the open file that answers are written to.
    ///   - warn: gets what a person should know.
    /// - Returns: the experiment, which is closed.
    /// - Throws: `StateError` as `AskTellTuner.init(_:named:)`, `begin` and `resume`, and when requests cannot be read,
    ///   answers not be written or the experiment not be closed.
    package static func serve(
        _ plan: ExperimentPlan, named name: String = "trial", in folder: String,
        resuming revision: ExperimentRevision? = nil, input: Int32, output: Int32,
        warning warn: @escaping (String) -> Void
    ) throws(StateError) -> AskTellExperiment {
        let tuner = try AskTellTuner(plan, named: name)
        let experiment =
            if let revision { try tuner.resume(in: folder, revising: revision) } else { try tuner.begin(in: folder) }
        try AskTellServer(experiment, best: plan.bestTrialRule, warning: warn).serve(input: input, output: output)
        return experiment
    }

    /// Answers requests until there are no more, and closes the experiment.
    ///
    /// - Parameters:
    ///   - input: the open file that requests are read from.
    ///   - output: the open file that answers are written to. When nobody reads them any more, that is an end like others,
    ///     provided that the signal for it is ignored.
    /// - Throws: `StateError` when requests cannot be read, answers not be written or the experiment not be closed; and the
    ///   error after which the experiment has to be resumed, which was answered before.
    package func serve(input: Int32, output: Int32) throws(StateError) {
        let end = Result { () throws(StateError) in try answerAll(input, output) }
        try experiment.close()
        reportWarnings()
        try end.get()
        if let problem = experiment.problem { throw problem }
    }

    private func answerAll(_ input: Int32, _ output: Int32) throws(StateError) {
        var reader = LineReader(reading: input, name: "requests", limit: lineLimit)
        var isOver = false
        while !isOver {
            let answer: StateTree
            do throws(StateError) {
                guard let line = try reader.next() else { return }
                if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { continue }
                let request = try AskTellRequest(line)
                answer = try self.answer(request)
                if case .close = request { isOver = true }
            } catch {
                // There is no next line in what cannot be read.
                if error.code == .inputOutput, error.path == "requests" { throw error }
                answer = ["error": ["message": .string(error.message), "path": .string(error.path)]]
            }
            reportWarnings()
            let bytes = Array((JSON.text(answer) + "\n").utf8)
            let number = bytes.withUnsafeBytes { writeAll($0, to: output) }
            guard number == 0 else {
                if number == EPIPE { return }
                throw .system("write", "answers", number: number)
            }
        }
    }

    private func answer(_ request: AskTellRequest) throws(StateError) -> StateTree {
        switch request {
        case .ask:
            guard let trial = try experiment.ask() else {
                return [
                    "trial": .null, "finished": .bool(experiment.isFinished), "closed": .bool(experiment.isClosed),
                ]
            }
            return ["trial": trial.tree]
        case .tell(let id, let metrics, let done): return try experiment.tell(id, metrics, done: done).tree
        case .fail(let id, let reason, let isRestoring):
            return ["goesOn": .bool(try experiment.fail(id, reason, isRestoring: isRestoring))]
        case .end(let id):
            try experiment.end(id)
            return ["ended": .string(id.string)]
        case .best(let metric, let order):
            guard let metric = metric ?? rule?.metric, let order = order ?? rule?.order else {
                throw StateError(.missingKey, "the plan has no metric and mode to go by", path: "best")
            }
            return ["best": try experiment.bestResult(metric, order).tree]
        case .checkpoints: return ["checkpoints": .list(experiment.checkpoints.map(\.tree))]
        case .close:
            try experiment.close()
            return ["closed": true]
        }
    }

    private func reportWarnings() { for warning in experiment.takeWarnings() { warn(warning) } }
}
