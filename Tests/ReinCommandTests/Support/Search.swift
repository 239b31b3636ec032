import Foundation
import Rein

/// A search of tiny policies on CartPole, as a plan for `rein tune`.
struct Search {
    /// What all trials have in common: an iteration is 32 steps of a tiny network.
    var trainable = """
        {"environment": "CartPole-v1", "environmentCount": 2, "rolloutLength": 16, "epochs": 1, "minibatchSize": 16, \
        "network": {"hidden": [8]}}
        """
    /// What they differ in.
    var space = #"{"learningRate": {"grid": [1e-3, 1e-2]}}"#
    /// When they end.
    var iterations = 2
    /// More keys of the plan, with their values.
    var others: [String] = []

    /// The plan.
    var text: String {
        let parts =
            [
                "\"trainable\": \(trainable)", "\"space\": \(space)",
                #""metric": "episodeReturnMean", "mode": "max""#, "\"stop\": {\"training_iteration\": \(iterations)}",
            ] + others
        return "{\(parts.joined(separator: ", "))}"
    }

    /// Writes the plan to a file of a test's directory.
    func write(_ name: String, in scratch: Scratch) throws {
        try Data(text.utf8).write(to: scratch.directory.appendingPathComponent(name))
    }
}

extension Scratch {
    /// The events that `rein tune --json` has written.
    func events(_ output: String) throws -> [StateReader] {
        try output.split(separator: "\n").map { try document(String($0)) }
    }

    /// The folders of the trials of an experiment, in the order of their names.
    func trials(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).filter { $0.hasPrefix("PPO_") }.sorted()
    }

    /// The numbers of the iterations that a trial has written down.
    func iterations(_ trial: String) throws -> [Int] {
        try text("\(trial)/result.json").split(separator: "\n").map {
            try document(String($0)).int("training_iteration")
        }
    }
}
