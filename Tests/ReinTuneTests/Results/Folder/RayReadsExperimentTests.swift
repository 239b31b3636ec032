import Foundation
import ReinTestSupport
import Testing

@testable import ReinCheckpoints
@testable import ReinTune

/// An experiment of every kind of trial, which the real Ray opens.
@Suite(
    .enabled(
        if: PythonInterpreter(variable: "REIN_RAY_PYTHON") != nil,
        "REIN_RAY_PYTHON names no Python interpreter with ray 2.10 and tensorboard"))
struct RayReadsExperimentTests {
    /// Writes the folder of an experiment.
    private static func write(to folder: String, words: Bool) throws -> [TrialSummary] {
        var summaries: [TrialSummary] = []
        let options = TrialLog.Options(writesNonFiniteNumbers: words)
        func add(
            _ status: TrialStatus, _ settings: StateMap, name: String, _ results: [StateMap], checkpoints: [Int] = [],
            failures: Int = 0, restartsAfter last: Int? = nil
        ) throws {
            let index = summaries.count
            let id = TrialID(experiment: "abcde", index: index)
            var record = TrialRecord(id: id, index: index, configuration: settings, tag: "\(index)_x", status: status)
            let place = TrialFolderName.name(trainable: name, id: id, tag: record.tag, date: "2026-01-02_03-04-05")
            let path = "\(folder)/\(place)"
            var summary = TrialSummary(record: record, folder: place, searched: ["lr": settings["lr"] ?? .null])
            if !results.isEmpty {
                if let last {
                    // What comes after the last iteration that stays is not what it will be.
                    let first = try TrialLog(folder: path, trial: record, searched: summary.searched, options)
                    for (number, more) in results.enumerated() {
                        let steps = number < last ? more : ["score": 999, "unsure": 1]
                        first.append(Self.whole(steps, number, id))
                    }
                    #expect(first.finish(isOver: false) == [])
                }
                let log = try TrialLog(
                    folder: path, trial: record, searched: summary.searched, continuingAfter: last ?? 0, options)
                for (number, more) in results.enumerated() {
                    var result = Self.whole(more, number, id)
                    if checkpoints.contains(number) {
                        let name = CheckpointName.name(summary.bestCheckpoints.count)
                        result["checkpoint_dir_name"] = .string(name)
                    }
                    if number >= last ?? 0 { log.append(result) }
                    summary.metrics.append(result)
                    record.lastResult = .map(result)
                    if checkpoints.contains(number) {
                        let stored = "\(path)/\(CheckpointName.name(summary.bestCheckpoints.count))"
                        try LocalFile.makeDirectories(stored)
                        summary.bestCheckpoints.append(
                            StoredCheckpoint(
                                index: summary.bestCheckpoints.count, path: stored, metrics: .map(result)))
                    }
                }
                #expect(log.finish(isOver: status.isFinished) == [])
            }
            for number in 0..<failures {
                try FailureFile.append(to: path, number: number + 1, "planned \u{1F4A5}\nsecond line", at: 0)
            }
            summary.record = record
            summary.latestCheckpoint = summary.bestCheckpoints.last
            summary.failureCount = failures
            summary.hasErrorFile = failures > 0
            summaries.append(summary)
        }
        let nested: StateMap = ["lr": 0.1, "net": ["hidden": [64, 64], "name": "tanh"], "none": nil]
        try add(
            .terminated, nested, name: "PPO",
            [
                [
                    "score": 1, "evaluation": ["score": .double(.nan), "deep": ["x": 1]], "text": "a, \"b\"\n",
                    "flag": true,
                ],
                ["score": 5.5, "evaluation": ["score": 2, "deep": ["x": 2]], "list": [1, 2], "large": .int(.max)],
                ["score": 2, "evaluation": ["score": .double(.infinity)], "late": 7, "no": nil, "flag": false],
            ], checkpoints: [1, 2])
        try add(.errored, ["lr": 0.2], name: "PPO", [["score": 4]], failures: 2)
        try add(.pending, ["lr": 0.3], name: "PPO", [])
        try add(
            .paused, ["lr": .double(.nan), "\u{1F600}": "\u{1F600}", "a\n": ["/": 1]],
            name: "\u{1F600}\n/\"'" + String(repeating: "n", count: 4_000),
            [["score": .double(.nan), "\u{1F600}\n/": 3], ["score": .double(-.infinity), "big": 1e300]],
            checkpoints: [0])
        try add(.errored, ["lr": 0.5], name: "PPO", [], failures: 1)
        try add(.terminated, ["lr": 0.6], name: "PPO", [["score": 3], ["other": 1]])
        try add(
            .terminated, ["lr": 0.7], name: "PPO", [["score": 2.5], ["score": 2.75], ["score": 2.25]], restartsAfter: 1)
        try ExperimentStateFile(in: folder, trainable: "PPO", at: 0).write(summaries, startTime: 5)
        return summaries
    }

    /// A result with what a driver adds.
    private static func whole(_ metrics: StateMap, _ number: Int, _ id: TrialID) -> StateMap {
        var result = metrics
        result["training_iteration"] = .int(Int64(number + 1))
        result["timesteps_total"] = .int(Int64(100 * (number + 1)))
        result["trial_id"] = .string(id.string)
        result["timestamp"] = 1_700_000_000
        return result
    }

    /// What Ray says of an experiment.
    private static func read(_ folder: String, into output: String) throws -> StateReader {
        let python = try #require(PythonInterpreter(variable: "REIN_RAY_PYTHON"))
        try #require(python.run(script: "read_experiment.py", [folder, "score", output]) == 0)
        return StateReader(try JSON.parse(text(of: output)))
    }

    /// A tree with the words that the script has for numbers that are not finite, all numbers as doubles.
    private static func plain(_ tree: StateTree, nonFinite: StateTree? = nil) -> StateTree {
        switch tree {
        case .int(let number): .double(Double(number))
        case .double(let number) where number.isNaN: nonFinite ?? "nan"
        case .double(let number) where number.isInfinite: nonFinite ?? (number < 0 ? "-inf" : "inf")
        case .list(let elements): .list(elements.map { plain($0, nonFinite: nonFinite) })
        case .map(let map):
            .map(
                StateMap(
                    uniqueEntries: map.entries.map { ($0, plain($1, nonFinite: nonFinite)) }.sorted { $0.0 < $1.0 }))
        default: tree
        }
    }

    private static func expect(_ found: StateReader, _ key: String, _ wanted: StateTree) throws {
        #expect(try plain(found.child(key).tree) == plain(wanted), "\(key)")
    }

    /// Compares what Ray says of a trial with what was written.
    private static func expect(_ found: StateReader, is summary: TrialSummary, in folder: String) throws {
        let path = "\(folder)/\(summary.folder)"
        let record = summary.record
        try expect(found, "id", .string(record.id.string))
        try expect(found, "status", .string(record.status.rawValue))
        try expect(found, "tag", .string(record.tag))
        try expect(found, "config", .map(record.configuration))
        try expect(found, "searched", .map(summary.searched))
        try expect(found, "path", .string(path))
        var last: StateMap = ["trial_id": .string(record.id.string)]
        if case .map(let result)? = record.lastResult {
            last = result
            last["config"] = .map(record.configuration)
            try expect(found, "resultConfig", .map(record.configuration))
        }
        try expect(found, "last", .map(last))
        let wantsError = summary.hasErrorFile && record.status != .terminated
        #expect(try found.child("error").tree == (wantsError ? .string(text(of: "\(path)/error.txt")) : .null))
        func checkpoint(_ stored: StoredCheckpoint) -> [StateTree] {
            [.string("\(path)/\(lastComponent(of: stored.path))"), true]
        }
        try expect(found, "best", .list(summary.bestCheckpoints.map { .list(checkpoint($0) + [$0.metrics]) }))
        try expect(found, "checkpoint", summary.latestCheckpoint.map { .list(checkpoint($0)) } ?? .null)
        for (name, metric) in summary.metrics.entries {
            let theirs = try found.child("analysis").child(name)
            let wanted = [
                ("max", metric.maximum), ("min", metric.minimum), ("avg", metric.mean), ("last", metric.last),
                ("last-5-avg", metric.mean(ofLast: 5)), ("last-10-avg", metric.mean(ofLast: 10)),
            ]
            for (scope, value) in wanted { try expect(theirs, scope, .double(value ?? .nan)) }
        }
    }

    @Test(
        "ExperimentAnalysis, ResultGrid, pandas and TensorBoard read all kinds of trials, also in a folder that was moved"
    )
    func opens() throws {
        for words in [true, false] {
            try withTemporaryDirectory { scratch in
                let scratch = try #require(try LocalFile.absolutePath(scratch))
                var folder = "\(scratch)/an experiment"
                try LocalFile.makeDirectories(folder)
                let summaries = try Self.write(to: folder, words: words)
                for isMoved in [false, true] {
                    if isMoved {
                        try FileManager.default.moveItem(atPath: folder, toPath: "\(scratch)/moved")
                        folder = "\(scratch)/moved"
                    }
                    let found = try Self.read(folder, into: "\(scratch)/found.json")
                    let trials = Array(try found.child("trials").list())
                    #expect(trials.count == summaries.count)
                    for (trial, summary) in zip(trials, summaries) { try Self.expect(trial, is: summary, in: folder) }
                    try Self.expectTables(trials, words: words)
                    try Self.expectBest(found)
                }
            }
        }
    }

    private static func expectTables(_ trials: [StateReader], words: Bool) throws {
        let columns: StateTree = [
            "checkpoint_dir_name", "config/lr", "config/net/hidden", "config/net/name", "config/none",
            "evaluation/deep/x",
            "evaluation/score", "flag", "large", "late", "list", "no", "score", "text", "timestamp",
            "timesteps_total", "training_iteration", "trial_id",
        ]
        try expect(trials[0], "frame", ["rows": 3, "columns": columns])
        #expect(try trials[0].child("csv").int("rows") == 3)
        let table = try trials[0].child("csv").child("columns").list().map { try $0.string() }
        #expect(try table == StateReader(columns).list().map { try $0.string() }.filter { !$0.hasPrefix("config/") })
        #expect(try trials[0].child("json").int("rows") == 3)
        try expect(trials[0], "metric", [1, 5.5, 2])
        try expect(trials[0], "csvMetric", [1, 5.5, 2])
        try expect(trials[0], "alone", [3, [["checkpoint_000000", 5.5], ["checkpoint_000001", 2]]])
        try expect(trials[6], "alone", [3, []])
        try expect(trials[3], "metric", words ? ["nan", "-inf"] : [nil, nil])
        try expect(trials[3], "csvMetric", ["nan", "-inf"])
        try expect(trials[0], "hparams", ["values": ["lr": 0.1], "status": [1]])
        try expect(trials[1], "hparams", ["values": ["lr": 0.2], "status": [1]])
        try expect(trials[3], "hparams", ["values": [:], "status": []])
        let scalars = try trials[0].child("scalars")
        try expect(scalars, "ray/tune/score", [[100, 1], [200, 5.5], [300, 2]])
        try expect(scalars, "ray/tune/evaluation/score", [[200, 2], [300, "inf"]])
        try expect(scalars, "ray/tune/flag", [[100, 1], [300, 0]])
        try expect(trials[6], "metric", [2.5, 2.75, 2.25])
        try expect(trials[6], "csvMetric", [2.5, 2.75, 2.25])
        let again = try trials[6].child("scalars")
        try expect(again, "ray/tune/score", [[100, 2.5], [200, 2.75], [300, 2.25]])
        try expect(again, "ray/tune/unsure", [])
        for trial in [2, 4] { try expect(trials[trial], "frame", ["rows": 0, "columns": []]) }
    }

    private static func expectBest(_ found: StateReader) throws {
        // Trial 3 has no number that can be compared, and the last result of trial 5 has no score.
        try expect(found, "max", ["abcde_00001", "abcde_00001", "abcde_00001", "abcde_00001", "abcde_00000"])
        try expect(found, "min", ["abcde_00000", "abcde_00006", "abcde_00006", "abcde_00006", "abcde_00000"])
        try expect(found, "bestConfig", ["lr": 0.1, "net": ["hidden": [64, 64], "name": "tanh"], "none": nil])
        #expect(try found.child("dataframe").int("rows") == 5)
        #expect(try found.child("dataframe").child("columns").list().contains { try $0.string() == "logdir" })
        try expect(found, "errors", 2)
        try expect(found, "terminated", 3)
    }
}
