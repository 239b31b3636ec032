import ArgumentParser
import Rein

/// `rein runs`: what has been trained.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs in a directory.",
        discussion: """
            For each, the last active one first: the steps so far, the mean return of the last 100 episodes, how long \
            ago the last iteration ended, and its state. A run is running, finished (what was asked for is reached), \
            interrupted (told to stop, and saved), failed, or killed; rein train --resume goes on with any of them.

              rein runs
              rein runs experiments --json
            """)

    @Argument(help: "The directory of the runs, or of one run.", completion: .directory)
    var directory = "runs"

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        guard try LocalFile.isDirectory(directory) else {
            throw CommandFailure.wrongPath(directory, "there is no such directory; rein train makes runs")
        }
        let (runs, problems) = try RunSummary.all(in: directory)
        if json {
            try StandardStream.output.writeLine(JSON.text(.list(runs.map(\.tree)), pretty: true))
        } else if !runs.isEmpty {
            try StandardStream.output.writeLine(Self.table(of: runs).text())
        } else if problems.isEmpty {
            try StandardStream.output.writeLine("\(directory): no runs; rein train begins one")
        }
        guard problems.isEmpty else { throw CommandFailure(problems.map(\.description).joined(separator: "\n")) }
    }

    private static func table(of runs: [RunSummary]) -> TextTable {
        var table = TextTable(["run", "algorithm", "environment", "steps", "return", "age", "state"])
        for run in runs {
            table.add([
                run.run.path, run.algorithm ?? "-", run.environment ?? "-", run.steps.map(Wording.grouped) ?? "-",
                run.meanReturn.map { Wording.decimal($0) } ?? "-", run.age.map(Wording.age) ?? "-", words(run.state),
            ])
        }
        return table
    }

    private static func words(_ state: RunSummary.State) -> String {
        guard case .running(let owner) = state else { return state.word }
        return "\(state.word) (\(owner))"
    }
}
