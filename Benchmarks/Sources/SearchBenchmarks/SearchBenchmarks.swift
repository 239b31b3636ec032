import Foundation
import Rein
import ReinCheckpoints
import ReinTrainables
import ReinTune

/// Measures what a search finds: whether a population that exploits and explores gets farther than one that does not, and
/// whether settings that were searched for are better than the defaults, on seeds that the search did not see.
///
///     swift run -c release SearchBenchmarks population [SEEDS] [FOLDER]
///     swift run -c release SearchBenchmarks parzen [TRIALS] [FOLDER]
///     swift run -c release SearchBenchmarks functions [SEEDS] [FOLDER] [OPTUNA.json]
///
/// Writes a record (JSON), and curves (SVG) of the functions, to `Benchmarks/Results`. The exit code is 1 where the search was of no use, or
/// where Optuna's was better.
@main
struct SearchBenchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let count = arguments.count > 1 ? Int(arguments[1]) : nil
        let folder = arguments.count > 2 ? arguments[2] : "Results"
        let outcome: (record: StateTree, isUseful: Bool)
        var picture: String?
        switch arguments.first {
        case "population": outcome = try await Population.run(seeds: count ?? 5)
        case "parzen": outcome = try await Parzen.run(trials: count ?? 40)
        case "functions":
            let run = try Functions.run(seeds: count ?? 20, peer: arguments.count > 3 ? arguments[3] : nil)
            outcome = (run.record, run.isUseful)
            picture = run.picture
        default:
            print(
                ["population [SEEDS] [FOLDER]", "parzen [TRIALS] [FOLDER]", "functions [SEEDS] [FOLDER] [OPTUNA.json]"]
                    .map { "usage: SearchBenchmarks \($0)" }.joined(separator: "\n"))
            exit(2)
        }
        let text = JSON.text(outcome.record, pretty: true)
        if picture == nil { print(text) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try (text + "\n").write(
            toFile: "\(folder)/search-\(arguments[0]).json", atomically: true, encoding: .utf8)
        try picture?.write(toFile: "\(folder)/search-\(arguments[0]).svg", atomically: true, encoding: .utf8)
        exit(outcome.isUseful ? 0 : 1)
    }

    /// Calls `body` with a directory that is removed afterwards.
    static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-search-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// The number of a metric in the last result of a trial; not a number where there is none.
    static func last(_ metric: String, of trial: TrialRecord) -> Double {
        guard case .map(let result)? = trial.lastResult else { return .nan }
        var tree = StateTree.map(result)
        for key in metric.split(separator: "/") {
            guard case .map(let map) = tree, let value = map[String(key)] else { return .nan }
            tree = value
        }
        switch tree {
        case .double(let value): return value
        case .int(let value): return Double(value)
        default: return .nan
        }
    }
}
