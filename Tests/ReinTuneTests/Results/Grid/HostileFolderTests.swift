import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Folders that are damaged, or are no experiments.
struct HostileFolderTests {
    private func withSample(_ body: (SampleExperiment) throws -> Void) throws {
        try withTemporaryDirectory { try body(SampleExperiment(folder: $0)) }
    }

    private func message(_ body: () throws -> Void) throws -> String {
        "\(try #require(throws: StateError.self, performing: body))"
    }

    @Test("What is no experiment is refused, with what was probably meant")
    func refusals() throws {
        try withSample { sample in
            func refusal(_ path: String) throws -> String { try message { _ = try ResultGrid(reading: path) } }
            #expect(try refusal("\(sample.folder)/none").contains("there is no such folder"))
            #expect(try refusal(sample.folder).contains("is no experiment: there is no experiment_state"))
            try sample.write("x", to: "file")
            #expect(try refusal("\(sample.folder)/file").contains("is a file"))
            let inner = SampleExperiment(folder: "\(sample.folder)/inner")
            let trial = try inner.addTrial(0, ["x": 1], scores: [1])
            #expect(try refusal("\(inner.folder)/\(trial)").contains("did you mean the folder above it?"))
            try inner.write(#"{"trial_data": []}"#, to: "experiment_state-2026-01-01.json")
            #expect(try refusal(sample.folder).contains("did you mean \(inner.folder)?"))
        }
    }

    @Test("Results that are no results are left out and said, and the others count")
    func damagedResults() throws {
        try withSample { sample in
            let good = #"{"score": 2.0, "training_iteration": 1, "config": {"x": 1}}"#
            let huge = #"{"text": ""# + String(repeating: "y", count: ResultFile.lineLimit) + "\"}"
            let lines = [
                good, "", #"{"score": 3,, "training_iteration": 2}"#, "[1, 2]", huge,
                #"{"score": -Infinity, "training_iteration": 3}"#, #"{"score": 9.0, "training_iter"#,
            ]
            try sample.write(lines.joined(separator: "\n"), to: "T_00000_0/result.json")
            let grid = try ResultGrid(reading: sample.folder)
            #expect(grid.trials[0].iteration == 3)
            #expect(grid.summaries(of: "score")[0]?.maximum == 2 && grid.summaries(of: "score")[0]?.last == -.infinity)
            #expect(grid.warnings.count == 2)
            #expect(
                grid.warnings[0].contains("result.json, line 4: is no result; it is left out, and so are 2 after it"))
            #expect(grid.warnings[1].contains("result.json, line 3: JSON, line 1, column 13"))
        }
    }

    @Test("A last line that does not end counts only when it is whole", arguments: [0, 1, 2, 30])
    func tornLine(cut: Int) throws {
        try withSample { sample in
            let line = #"{"score": 2.0, "training_iteration": 2}"#
            try sample.write(
                #"{"score": 1.0, "training_iteration": 1}"# + "\n" + line.dropLast(cut), to: "T_00000_0/result.json")
            let grid = try ResultGrid(reading: sample.folder)
            #expect(grid.trials[0].resultCount == (cut == 0 ? 2 : 1))
            #expect(grid.warnings.isEmpty == (cut == 0))
            #expect(grid.trials[0].lastMetrics.number(ofMetric: "score") == (cut == 0 ? 2 : 1))
        }
    }

    @Test("A table of results may have texts of several lines, and rows that are cut are left out")
    func table() throws {
        try withSample { sample in
            let text = "score,label,list,flag,training_iteration\r\n1.5,\"a\nb, \"\"c\"\"\",\"[1, 2]\",True,1\r\n"
            try sample.write(text + "2.5,plain,,False\r\nnan,x,,False,2\r\n7.5,y,,Fal", to: "T_00000_0/progress.csv")
            let grid = try ResultGrid(reading: sample.folder)
            #expect(grid.trials[0].resultCount == 3)
            #expect(grid.summaries(of: "score")[0]?.maximum == 1.5 && grid.summaries(of: "score")[0]?.count == 1)
            #expect(grid.trials[0].iteration == 2)
            #expect(grid.warnings.contains { $0.contains("line 6: does not end") })
            #expect(grid.warnings.contains { $0.contains("line 4: has 4 cells for 5 columns") })
            var first: StateMap = [:]
            var warnings: [String] = []
            grid.trials[0].resultFile?.forEachResult(&warnings) { _, result in
                first = result
                return false
            }
            #expect(
                first == ["score": 1.5, "label": "a\nb, \"c\"", "list": [1, 2], "flag": true, "training_iteration": 1])
        }
    }

    @Test("Of states that are damaged an older one counts, and none has to be there")
    func damagedStates() throws {
        try withSample { sample in
            let trial = try sample.addTrial(0, ["x": 1], scores: [1], isDone: false)
            func state(_ status: String, _ folder: String) -> String {
                let text: StateTree = [
                    "trial_id": "abcde_00000", "status": .string(status), "relative_logdir": .string(folder),
                ]
                return JSON.text(["trial_data": [[.string(JSON.text(text)), "{}"]]])
            }
            try sample.write(state("PAUSED", trial), to: "experiment_state-2026-01-01.json")
            #expect(try ResultGrid(reading: sample.folder).trials[0].status == .paused)
            for damaged in [
                "", String(state("ERROR", trial).dropLast()), state("ERROR", trial) + state("ERROR", trial), "[]",
                #"{"trial_data": 3}"#,
            ] {
                try sample.write(damaged, to: "experiment_state-2026-01-02.json")
                let grid = try ResultGrid(reading: sample.folder)
                #expect(grid.trials.map(\.status) == [.paused] && grid.warnings.count == 1, "\(damaged)")
            }
            for outside in ["../other", "/etc", "..", ""] {
                try sample.write(
                    state("ERROR", outside).replacingOccurrences(of: "abcde_00000", with: ""),
                    to: "experiment_state-2026-01-02.json")
                let grid = try ResultGrid(reading: sample.folder)
                #expect(grid.trials.map(\.status) == [.running] && grid.warnings.count == 1, "\(outside)")
            }
            for entry in ["[]", "[3]", #"["{"]"#, #"["[]", "{}"]"#, "{}"] {
                try sample.write("{\"trial_data\": [\(entry)]}", to: "experiment_state-2026-01-02.json")
                let grid = try ResultGrid(reading: sample.folder)
                #expect(grid.trials.map(\.status) == [.running] && grid.warnings.count == 1, "\(entry)")
            }
        }
    }

    @Test("A trial that the state knows and that has no folder is there, and one that is there twice counts once")
    func knownTrials() throws {
        try withSample { sample in
            let trial = try sample.addTrial(1, ["x": 1], scores: [1])
            func text(_ id: String, _ status: String, _ folder: String) -> StateTree {
                let map: StateTree = [
                    "trial_id": .string(id), "status": .string(status), "relative_logdir": .string(folder),
                    "config": ["x": 5],
                ]
                return [.string(JSON.text(map)), #"{"last_result": {"score": 4.0}}"#]
            }
            let data: StateTree = [
                "trial_data": [
                    text("abcde_00002", "PENDING", "T_abcde_00002_2"), text("abcde_00001", "ERROR", trial),
                    text("abcde_00001", "TERMINATED", trial), text("abcde_00000", "TERMINATED", "gone"),
                ]
            ]
            try sample.write(JSON.text(data), to: "experiment_state-x.json")
            let grid = try ResultGrid(reading: sample.folder)
            #expect(grid.trials.map(\.status) == [.terminated, .terminated, .pending])
            #expect(grid.trials.map(\.resultCount) == [0, 1, 0])
            #expect(grid.trials.map(\.configuration) == [["x": 5], ["x": 1], ["x": 5]])
            #expect(grid.trials[0].lastMetrics == ["score": 4.0])
            #expect(grid.warnings.count == 2)
        }
    }

    @Test("Symbolic links are not followed")
    func links() throws {
        try withSample { sample in
            let outside = SampleExperiment(folder: "\(sample.folder)/outside")
            let inside = SampleExperiment(folder: "\(sample.folder)/inside")
            let other = try outside.addTrial(0, ["x": 1], scores: [1])
            let trial = try inside.addTrial(1, ["x": 1], scores: [1])
            func link(_ path: String, to target: String) throws {
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            }
            try link("\(inside.folder)/\(other)", to: "\(outside.folder)/\(other)")
            try link("\(inside.folder)/latest", to: trial)
            try link("\(inside.folder)/\(trial)/checkpoint_000000", to: outside.folder)
            try link("\(inside.folder)/\(trial)/error.txt", to: "/etc/hostname")
            try link("\(inside.folder)/\(trial)/.checkpoints.jsonl", to: "/etc/hostname")
            try link("\(inside.folder)/experiment_state-1.json", to: "/etc/hostname")
            let grid = try ResultGrid(reading: inside.folder)
            #expect(grid.trials.map(\.id) == ["abcde_00001"])
            #expect(grid.trials[0].checkpoints.isEmpty && grid.trials[0].errorText == nil)
            #expect(grid.warnings.count == 4)
            #expect(grid.warnings.allSatisfy { $0.contains("is a symbolic link") })
        }
    }

    @Test("A metric that is not there is refused with the nearest name, and one without numbers with the reason")
    func metrics() throws {
        try withSample { sample in
            try sample.addTrial(0, ["x": 1], scores: [.nan, .nan]) { _ in ["evaluation": ["return": 1.5]] }
            let grid = try ResultGrid(reading: sample.folder)
            let wrong = try message { _ = try grid.bestResult("evaluation/retrun", .max) }
            #expect(wrong.contains("did you mean \"evaluation/return\"?"))
            #expect(wrong.contains("score") && wrong.contains("training_iteration"))
            for scope in GridScope.allCases {
                let text = try message { _ = try grid.bestResult("score", .max, scope: scope) }
                #expect(text.contains("no value of the metric \"score\" is finite"), "\(scope)")
            }
            let without = try message { _ = try grid.bestResult("evaluation/return", .max) }
            #expect(without.contains("no trial has a checkpoint") && without.contains("last-5-avg"))
            #expect(try message { _ = try grid.table(["loss"]) }.contains("no trial has the metric"))
            #expect(try message { _ = try grid.learningCurves("score", against: "steps") }.contains("\"steps\""))
        }
    }
}
