import ArgumentParser
import Rein
import ReinTune

/// `rein results`: what an experiment came to.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract:
            "Compare the trials of an experiment: a table, the best settings, pictures, files for other programs.",
        discussion: """
            The folder is that of an experiment, of Rein or of Ray Tune (2.10), which may still be running, or its address \
            in a storage, from where everything is brought here but what is in checkpoints. Nothing in it is changed, and \
            pickles are not read. For each trial, the best first: what it does, the settings that differ \
            between trials, its iterations and seconds, and the metric. What was damaged and passed over is said on \
            standard error.

              rein results experiments/cartpole
              rein results ray_results/PPO --metric episode_reward_mean --mode max
              rein results experiments/cartpole --best-config best.json
              rein train --config best.json
              rein results experiments/cartpole --curves curves.svg --parallel parallel.svg
              rein results experiments/cartpole --importance
              rein results experiments/cartpole --export csv --all-results --output all.csv

            Trials that have failed stand at the end, and none of them is the best, unless --include-errored.

            --importance says how much the metric depends on each of the settings that differ: the permutation \
            importance of a random forest of 100 trees, in trials that a tree was not grown from, as a share of the \
            variance, interactions included; and Spearman's rank correlation. It needs 10 trials.

            Files are written whole or not at all, and none that is there is replaced without --force.
            """)

    @Argument(help: "The folder of the experiment, or its address in a storage.", completion: .directory)
    var directory: String

    @OptionGroup(title: "Comparing") var compare: ComparisonOptions

    @Option(
        parsing: .unconditional, help: "The most rows of the table. (default: all)", transform: WholeNumber.count)
    var limit: Int?

    @Flag(help: "Say how much the metric depends on each of the settings.")
    var importance = false

    @OptionGroup(title: "Files") var files: ResultFileOptions

    @Flag(help: "Print one JSON document instead of the table.")
    var json = false

    func validate() throws {
        guard json || files.exportsToStandardOutput else { return }
        if json, files.exportsToStandardOutput {
            throw ValidationError("--json and --export both write to standard output; --output FILE takes one of them")
        }
        if limit != nil { throw ValidationError("--limit is about the table, and there is none") }
        if !json, importance {
            throw ValidationError("--importance would stand among the lines of --export; use --output")
        }
    }

    func run() throws {
        try files.checkFiles()
        let grid = try Self.open(directory)
        let plan = ExperimentPlanFile(in: grid.localFolder)
        let comparison = try compare.comparison(of: grid, by: plan)
        if comparison == nil, let option = firstOptionThatCompares {
            throw ValidationError("\(option) needs a --metric and a --mode; \(Self.metrics(of: grid))")
        }
        let (report, written, text) = try asWrongChoice(comparison, grid) {
            () throws -> (ResultReport, ResultFiles, String) in
            let report = try makeReport(grid, comparison, plan)
            return (report, try ResultFiles(files, of: report, plan), try outputText(of: report))
        }
        for line in Self.shown(report.warnings) { StandardStream.error.log(line) }
        let lines = try written.write()
        try StandardStream.output.write(text)
        let notes = json || files.exportsToStandardOutput ? StandardStream.error : .output
        for line in lines { try notes.writeLine(line) }
    }

    private func makeReport(
        _ grid: ResultGrid, _ comparison: Comparison?, _ plan: ExperimentPlanFile
    ) throws -> ResultReport {
        var best: Result<BestResult, StateError>?
        if let comparison {
            do throws(StateError) { best = .success(try comparison.best(of: grid)) } catch { best = .failure(error) }
        }
        let importance = importance ? try comparison?.importance(in: grid) : nil
        return ResultReport(
            grid: grid, comparison: comparison, best: best, importance: importance,
            warnings: (plan.warning.map { [$0] } ?? []) + grid.warnings)
    }

    /// What goes to standard output beside the export.
    private func outputText(of report: ResultReport) throws -> String {
        if json { return try JSON.text(report.tree(), pretty: true) + "\n" }
        if files.exportsToStandardOutput { return "" }
        return try report.text(width: StandardStream.output.columns, limit: limit)
    }

    /// The experiment in a folder.
    ///
    /// - Throws: `CommandFailure` when it is none.
    private static func open(_ folder: String) throws -> ResultGrid {
        do {
            // A path as it is written: a slash at its end does not matter.
            return folder.contains("://") ? try TuneFolder(folder).results() : try ResultGrid(reading: folder)
        } catch let error as StateError {
            guard [.notFound, .malformed].contains(error.code) else { throw error }
            throw CommandFailure.wrongChoice("\(error)")
        }
    }

    /// An option that is given and cannot do without a metric.
    private var firstOptionThatCompares: String? {
        if files.bestConfig != nil { return "--best-config" }
        if files.curves != nil { return "--curves" }
        if files.parallel != nil { return "--parallel" }
        return importance ? "--importance" : compare.includeErrored ? "--include-errored" : nil
    }

    private static func metrics(of grid: ResultGrid) -> String {
        let names = grid.metricNames
        guard !names.isEmpty else { return "there are no results yet" }
        let rest = names.count > 40 ? " and \(names.count - 40) more" : ""
        return "the metrics are \(names.prefix(40).map(\.shortened).joined(separator: ", "))\(rest)"
    }

    /// Runs `body`; a metric that no trial has, or no number to compare, asks for other options.
    private func asWrongChoice<Made>(
        _ comparison: Comparison?, _ grid: ResultGrid, _ body: () throws -> Made
    ) throws -> Made {
        do {
            return try body()
        } catch let error as StateError where error.code == .missingKey {
            throw CommandFailure.wrongChoice("\(error)")
        } catch let error as StateError where error.code == .notFound {
            let mayHelp = comparison?.includesErrored == false && !grid.errored.isEmpty
            throw CommandFailure.wrongChoice(
                "\(error)" + (mayHelp ? "; --include-errored lets trials take part that have failed" : ""))
        }
    }

    /// As many warnings as a person reads.
    private static func shown(_ warnings: [String]) -> [String] {
        let lines = warnings.prefix(20).map(\.escapingControls)
        return lines + (warnings.count > 20 ? ["and \(warnings.count - 20) more like these"] : [])
    }
}
