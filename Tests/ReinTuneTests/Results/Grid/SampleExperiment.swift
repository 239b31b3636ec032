import Foundation
import ReinCheckpoints
import Testing

/// An experiment's folder that a test writes file by file.
struct SampleExperiment {
    let folder: String

    /// The folder of a recorded experiment.
    static func recorded(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures/results")).path
    }

    /// What was recorded of one.
    static func recording(_ name: String) throws -> StateReader { try Fixture.named("results/\(name)") }

    /// Writes a file, and makes the folders above it.
    func write(_ text: String, to path: String) throws {
        let place = "\(folder)/\(path)"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: place))
    }

    /// Writes a trial: its settings, and a line for each value of `score`.
    ///
    /// - Returns: the name of its folder.
    @discardableResult
    func addTrial(
        _ number: Int, _ configuration: StateMap, scores: [Double], isDone: Bool = true, error: String? = nil,
        others: (Int) -> StateMap = { _ in [:] }
    ) throws -> String {
        let digits = String(number)
        let id = "abcde_\(String(repeating: "0", count: 5 - digits.count))\(digits)"
        let name = "T_\(id)_\(number)_x=\(number)"
        try write(JSON.text(.map(configuration), pretty: true), to: "\(name)/params.json")
        var lines = ""
        for (row, score) in scores.enumerated() {
            var result: StateMap = [
                "training_iteration": .int(Int64(row + 1)), "time_total_s": .double(Double(row + 1) / 2),
                "done": .bool(isDone && row == scores.count - 1), "trial_id": .string(id),
            ]
            for (key, value) in others(row) { result[key] = value }
            result["config"] = .map(configuration)
            let word = score.isNaN ? "NaN" : score.isInfinite ? (score > 0 ? "Infinity" : "-Infinity") : "\(score)"
            lines += "{\"score\": \(word), " + JSON.text(.map(result)).dropFirst() + "\n"
        }
        try write(lines, to: "\(name)/result.json")
        if let error { try write(error, to: "\(name)/error.txt") }
        return name
    }
}
