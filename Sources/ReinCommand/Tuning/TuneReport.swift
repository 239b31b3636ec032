import Rein
import ReinTune

/// What there is to say at the end of a session.
final class TuneReport {
    private let plan: ExperimentPlan
    private let folder: TuneFolder
    private let outcome: Tuner.Outcome
    private let seconds: Double
    private let isInterrupted: Bool
    private let grid: ResultGrid
    private let best: BestResult?

    /// The largest number of trials in the table.
    private static let rowLimit = 20

    /// Reads what the session has left.
    ///
    /// - Parameters:
    ///   - seconds: how long it took.
    ///   - isInterrupted: whether somebody asked for an end.
    /// - Throws: `StateError` when the folder cannot be read.
    init(
        _ plan: ExperimentPlan, _ folder: TuneFolder, _ outcome: Tuner.Outcome, seconds: Double, isInterrupted: Bool
    ) throws {
        (self.plan, self.folder, self.outcome) = (plan, folder, outcome)
        (self.seconds, self.isInterrupted) = (seconds, isInterrupted)
        grid = try folder.results()
        best = plan.metric.flatMap { [grid, order = plan.order] in
            // Without checkpoints, the best is that of the last results.
            (try? grid.bestResult($0, order)) ?? (try? grid.bestResult($0, order, scope: .last))
        }
    }

    /// Whether nothing came of it: all trials have failed.
    var hasFailed: Bool { !outcome.trials.isEmpty && outcome.trials.allSatisfy { $0.status == .errored } }

    /// Writes it to standard output: a line of JSON, or words unless `quiet`.
    ///
    /// - Throws: as `StandardStream.write`.
    func write(json: Bool, quiet: Bool) throws {
        if json {
            try StandardStream.output.writeLine(JSON.text(tree))
        } else if !quiet {
            try StandardStream.output.writeLine(words)
        }
    }

    private func count(_ status: TrialStatus) -> Int { outcome.trials.count { $0.status == status } }

    private var words: String {
        let opening = outcome.isFinished ? "Done" : isInterrupted ? "Interrupted" : "Ended by the first failure"
        var lines = [
            "\(opening): \(Wording.count(outcome.trials.count, "trial", "trials"))"
                + (count(.errored) > 0 ? ", \(Wording.grouped(count(.errored))) of them failed" : "")
                + ", \(Wording.decimal(seconds, 2)) s"
        ]
        if let table = try? grid.table(plan.metric.map { [$0] } ?? [], order: plan.order, limit: Self.rowLimit),
            !table.rows.isEmpty
        {
            let stream = StandardStream.output
            let text = table.text(width: stream.isTerminal ? stream.columns : nil)
            lines += ["", text.hasSuffix("\n") ? String(text.dropLast()) : text, ""]
        }
        if let failed = grid.errored.first, let text = failed.errorText {
            let reason = text.split(separator: "\n").last.map(String.init) ?? ""
            lines.append("Failed: \(failed.id): \(reason.shortened) (\(failed.folder ?? folder.path)/error.txt)")
        }
        if let best {
            let iteration = best.iteration.map { " after \(Wording.count($0, "iteration", "iterations"))" } ?? ""
            let settings = TrialLines(metric: plan.metric, order: plan.order, space: plan.space).settings(
                in: best.configuration)
            lines.append(
                "Best: \(best.trial.id), \(best.metric) \(TrialLines.number(best.value))\(iteration)"
                    + (settings.isEmpty ? "" : ": \(settings)"))
        }
        if let checkpoint = best?.checkpoint { lines.append("Checkpoint: \(checkpoint.path)") }
        if let next { lines.append(next) }
        return lines.joined(separator: "\n")
    }

    /// The command that a person will want next.
    private var next: String? {
        guard outcome.isFinished else { return "Go on with: rein tune --resume \(Wording.shell(folder.path))" }
        // What lies in a storage has to be brought here first.
        guard let checkpoint = best?.checkpoint, checkpoint.uri == nil else { return nil }
        // Several seeds have a checkpoint each.
        let place = plan.seeds == nil ? checkpoint.path : "\(checkpoint.path)/seed_0"
        return "Next: rein evaluate \(Wording.shell(place))"
    }

    private var tree: StateTree {
        var statuses = StateMap()
        for status in TrialStatus.allCases { statuses[status.rawValue] = .int(Int64(count(status))) }
        return [
            "event": .string(outcome.isFinished ? "finished" : isInterrupted ? "interrupted" : "failed"),
            "directory": .string(folder.path),
            "trials": .int(Int64(outcome.trials.count)), "statuses": .map(statuses), "seconds": .double(seconds),
            "best": best.map(Self.tree) ?? .null,
        ]
    }

    private static func tree(of best: BestResult) -> StateTree {
        [
            "trial": .string(best.trial.id.string), "metric": .string(best.metric),
            "mode": .string(best.order.rawValue),
            "value": .double(best.value), "iteration": best.iteration.map { .int(Int64($0)) } ?? .null,
            "configuration": .map(best.configuration),
            "checkpoint": best.checkpoint.map { .string($0.path) } ?? .null,
        ]
    }
}
