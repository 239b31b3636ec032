import Rein
import ReinTrainables
import ReinTune

/// What is written of an experiment. Everything that can turn out to be impossible does so before the first file is made.
final class ResultFiles {
    private let options: ResultFileOptions
    private let grid: ResultGrid
    /// The files that are short, and what is in them.
    private var texts: [(file: NewFile, words: String, text: String)] = []

    /// Prepares what the options ask for.
    ///
    /// - Throws: `CommandFailure` without a comparison, where there is no best trial, or where its settings are none of
    ///   `rein train`; `StateError` when no trial has a metric.
    init(_ options: ResultFileOptions, of report: ResultReport, _ plan: ExperimentPlanFile) throws {
        self.options = options
        grid = report.grid
        guard let comparison = report.comparison, let best = report.best else { return }
        if let file = options.bestConfig {
            let found = try best.get()
            texts.append((file, "the settings of trial \(found.trial.id.string.shortened)", try Self.text(found, plan)))
        }
        let (metric, order, scope) = (comparison.metric, comparison.order, comparison.scope)
        if let file = options.curves {
            let text = try grid.curveChart(
                metric, order, against: options.against ?? "training_iteration", scope: scope,
                includingErrored: comparison.includesErrored)
            texts.append((file, "learning curves", text))
        }
        if let file = options.parallel {
            let text = try grid.parallelChart(
                metric, order, scope: scope, includingErrored: comparison.includesErrored)
            texts.append((file, "parallel coordinates", text))
        }
    }

    /// Writes all files, each of them whole or not at all, and the export where it goes.
    ///
    /// - Returns: a line about each file.
    /// - Throws: `StateError` when a file cannot be written, and as `StandardStream.write`.
    func write() throws -> [String] {
        var lines: [String] = []
        for (file, words, text) in texts {
            try file.write(text)
            lines.append("\(file.path): \(words)")
        }
        guard let form = options.export else { return lines }
        guard let file = options.output else {
            try export(form, to: StandardStream.output)
            return lines
        }
        if options.allResults {
            try LocalFile.replace(file.path) { sink throws(StateError) in
                try grid.forEachResultLine { line throws(StateError) in try sink.write(Array((line + "\n").utf8)) }
            }
        } else {
            try file.write(form == .csv ? grid.csv() : grid.json())
        }
        lines.append("\(file.path): \(options.allResults ? "all results" : "all trials") (\(form.rawValue))")
        return lines
    }

    private func export(_ form: ResultFileOptions.ExportForm, to stream: StandardStream) throws {
        if options.allResults {
            let lines = GatheredLines(stream)
            try grid.forEachResultLine(lines.add)
            try lines.flush()
        } else {
            try stream.write(form == .csv ? grid.csv() : grid.json())
        }
    }

    /// The settings of a result in the form of the parameters of a run.
    private static func text(_ best: BestResult, _ plan: ExperimentPlanFile) throws -> String {
        do {
            let parameters = try AlgorithmTrainable.runParameters(of: plan.completed(best.configuration))
            return JSON.text(.map(parameters), pretty: true) + "\n"
        } catch {
            throw CommandFailure.wrongChoice(
                "the settings of trial \(best.trial.id.string.shortened) are none of rein train "
                    + "(\("\(error)".escapingControls)); "
                    + "--export json writes them as they are")
        }
    }
}

/// Lines on their way to a stream, many at once.
private final class GatheredLines {
    private let stream: StandardStream
    private var text = ""

    private static let limit = 1 << 16

    init(_ stream: StandardStream) { self.stream = stream }

    /// Adds a line.
    ///
    /// - Throws: as `StandardStream.write`.
    func add(_ line: String) throws {
        text += line + "\n"
        if text.utf8.count >= Self.limit { try flush() }
    }

    /// Writes what there is.
    ///
    /// - Throws: as `StandardStream.write`.
    func flush() throws {
        try stream.write(text)
        text = ""
    }
}
