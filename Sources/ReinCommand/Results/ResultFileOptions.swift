import ArgumentParser

/// What is written of an experiment.
struct ResultFileOptions: ParsableArguments {
    /// A form that other programs read.
    enum ExportForm: String, ExpressibleByArgument, CaseIterable {
        /// A table.
        case csv
        /// One document.
        case json
    }

    @Option(
        help: ArgumentHelp(
            "Write what the best trial was trained with, for rein train --config.", valueName: "file.json"))
    var bestConfig: NewFile?

    @Option(
        help: ArgumentHelp("Draw the learning curves of all trials into a file.", valueName: "file.svg"))
    var curves: NewFile?

    @Option(
        help: ArgumentHelp(
            "What the curves are drawn against, such as time_total_s. (default: training_iteration)",
            valueName: "name"))
    var against: String?

    @Option(
        help: ArgumentHelp(
            "Draw parallel coordinates into a file: a line for each trial through its settings.",
            valueName: "file.svg"))
    var parallel: NewFile?

    @Option(help: "Write all trials for other programs, with settings and last metrics, instead of the table.")
    var export: ExportForm?

    @Flag(help: "With --export csv: a row for every result of every trial, instead of one for every trial.")
    var allResults = false

    @Option(help: ArgumentHelp("Where --export goes. (default: standard output)", valueName: "file"))
    var output: NewFile?

    @Flag(help: "Replace files that are there.")
    var force = false

    /// Whether the export goes to standard output.
    var exportsToStandardOutput: Bool { export != nil && output == nil }

    /// The files to be made.
    private var files: [NewFile] { [bestConfig, curves, parallel, output].compactMap(\.self) }

    func validate() throws {
        if against != nil, curves == nil { throw ValidationError("--against says what --curves are drawn against") }
        if output != nil, export == nil { throw ValidationError("--output says where --export goes: csv or json") }
        if allResults, export != .csv { throw ValidationError("--all-results goes with --export csv") }
        var seen: Set<String> = []
        for file in files where !seen.insert(file.path).inserted {
            throw ValidationError("\(file.path) is to be two files; choose another name for one of them")
        }
    }

    /// Makes sure that all files can be made, before anything is read.
    ///
    /// - Throws: as `NewFile.check`.
    func checkFiles() throws {
        for file in files { try file.check(replacing: force) }
    }
}
