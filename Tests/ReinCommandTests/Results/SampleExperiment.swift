import Foundation
import Rein

/// An experiment's folder in a scratch directory, which a test writes trial by trial.
struct SampleExperiment {
    let scratch: Scratch
    /// The name of the folder.
    let name: String

    init(_ scratch: Scratch, named name: String = "experiment") throws {
        self.scratch = scratch
        self.name = name
        try FileManager.default.createDirectory(atPath: scratch.path(name), withIntermediateDirectories: true)
    }

    /// Writes a file.
    func write(_ text: String, to path: String) throws {
        let place = URL(fileURLWithPath: scratch.path("\(name)/\(path)"))
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }

    /// Writes a trial with a result for each score, and perhaps a checkpoint after the last one.
    func addTrial(
        _ number: Int, _ configuration: StateMap, scores: [Double], folder: String? = nil, hasCheckpoint: Bool = true,
        error: String? = nil
    ) throws {
        let id = "abcde_\(String(repeating: "0", count: 5 - String(number).count))\(number)"
        let folder = folder ?? "T_\(id)_\(number)"
        try write(JSON.text(.map(configuration)), to: "\(folder)/params.json")
        var lines = ""
        for (row, score) in scores.enumerated() {
            let isLast = row == scores.count - 1
            var result: StateMap = [
                "score": .double(score), "training_iteration": .int(Int64(row + 1)),
                "time_total_s": .double(Double(row + 1)), "done": .bool(isLast && error == nil),
                "trial_id": .string(id), "config": .map(configuration),
            ]
            if isLast, hasCheckpoint { result["checkpoint_dir_name"] = "checkpoint_000000" }
            lines += JSON.text(.map(result)) + "\n"
        }
        try write(lines, to: "\(folder)/result.json")
        if hasCheckpoint { try write("{}", to: "\(folder)/checkpoint_000000/state.json") }
        if let error { try write(error, to: "\(folder)/error.txt") }
    }

    /// Three trials of PPO, the last of which has failed with the highest score.
    static func ppo(in scratch: Scratch) throws -> SampleExperiment {
        let experiment = try SampleExperiment(scratch)
        for (number, (rate, scores)) in [(1e-3, [1.0, 3]), (1e-2, [9, 4]), (1e-1, [50])].enumerated() {
            try experiment.addTrial(
                number, ["environment": "CartPole-v1", "learningRate": .double(rate), "rolloutLength": 16],
                scores: scores, error: number == 2 ? "Failure # 1\nplanned" : nil)
        }
        return experiment
    }
}
