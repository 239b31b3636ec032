import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// A directory with a number in it.
private func directory(_ n: Int, below folder: String) throws -> Checkpoint {
    let path = "\(folder)/reported-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try "\(n)".write(toFile: "\(path)/n", atomically: false, encoding: .utf8)
    return try Checkpoint(directory: path)
}

/// The recorded functions.
private func function(_ name: String, _ folder: String) -> TrainableFunction? {
    switch name {
    case "session":
        return { configuration, session in
            try await session.report([
                "name": .string(session.trialName), "id": .string(session.trialID), "dir": .string(session.folder()),
                "experiment": session.experimentName.map { .string($0) } ?? .null,
                "start": .bool(session.checkpoint == nil),
            ])
            return nil
        }
    case "every":
        return { configuration, session in
            for i in 0..<4 {
                let checkpoint = try directory(i, below: folder)
                try await session.report(["i": .int(Int64(i))], checkpoint: checkpoint)
                #expect(FileManager.default.fileExists(atPath: "\(checkpoint.path ?? "")/n"))
            }
            return nil
        }
    case "second":
        return { configuration, session in
            for i in 0..<4 {
                let checkpoint = i % 2 == 0 ? try directory(i, below: folder) : nil
                try await session.report(["i": .int(Int64(i))], checkpoint: checkpoint)
            }
            return nil
        }
    case "returned": return { configuration, session in ["score": 3.5] }
    case "report_and_return":
        return { configuration, session in
            try await session.report(["score": 1])
            try await session.report(["score": 2])
            return ["score": 3, "extra": 1]
        }
    case "returns_number": return { configuration, session in ["_metric": 7] }
    case "returns_none": return { configuration, session in nil }
    case "yields":
        return { configuration, session in
            for i in 0..<3 { try await session.report(["score": .int(Int64(i))]) }
            return nil
        }
    case "yields_numbers":
        return { configuration, session in
            for i in 1..<4 { try await session.report(["_metric": .int(Int64(i))]) }
            return nil
        }
    case "done_key":
        return { configuration, session in
            try await session.report(StepResult(["score": 1], done: true))
            try await session.report(["score": 2])
            return nil
        }
    case "twice_same":
        return { configuration, session in
            let checkpoint = try directory(5, below: folder)
            for i in 0..<3 { try await session.report(["i": .int(Int64(i))], checkpoint: checkpoint) }
            return nil
        }
    case "metadata":
        return { configuration, session in
            var checkpoint = try directory(1, below: folder)
            try checkpoint.setMetadata(["a": ["b": 1]])
            try checkpoint.updateMetadata(["c": 2])
            try await session.report(["i": 0], checkpoint: checkpoint)
            return nil
        }
    case "keeps":
        return { configuration, session in
            for (i, score) in [5, 9, 1, 2, 3, 7].enumerated() {
                try await session.report(
                    ["score": .int(Int64(score))], checkpoint: try directory(i, below: folder))
            }
            return nil
        }
    default: return nil
    }
}

@Suite struct RecordedFunctionTests {
    @Test("reports, numbers and keeps as the recorded functions")
    func functions() async throws {
        var count = 0
        for recorded in try Fixture.named("runs_function").child("cases").list() {
            guard try recorded.child("kind").string() == "function" else { continue }
            let name = try recorded.child("name").string()
            try await withTemporaryDirectory { folder in
                guard let function = function(name, folder) else {
                    // Zero and an empty dictionary are results here, text cannot be returned, a step is not given.
                    return #expect(["returns_zero", "returns_empty", "returns_text", "reserved"].contains(name))
                }
                count += 1
                let keeps = name == "keeps" ? try CheckpointConfig(numToKeep: 2, scoreAttribute: "score") : .standard
                var run = TrainableRun(TrainableDefinition(named: name, function), checkpoints: keeps)
                run.context.folder = "\(folder)/trial"
                run.context.trialID = "<id>_00000"
                run.context.trialName = "session_<id>_00000"
                run.context.experimentName = "e18"
                let stops = try recorded.child("arguments").map().contains { $0.key == "stop" }
                let outcome = try await run.run { stops && $0.iteration == 2 }
                try compare(rows(in: "\(folder)/trial"), recorded, name, folder)
                #expect(try checkpoints(in: "\(folder)/trial") == recorded.child("folders").tree, "\(name)")
                let latest = outcome.checkpoint?.path?.split(separator: "/").last.map { StateTree.string(String($0)) }
                #expect(try latest ?? .null == recorded.child("latest").tree, "\(name)")
                let metadata = try outcome.checkpoint.map { StateTree.map(try $0.metadata()) } ?? .null
                #expect(try metadata == recorded.child("metadata").tree, "\(name)")
                try outcome.checkpoint?.verify()
            }
        }
        #expect(count == 14)
    }

    private func compare(_ rows: [StateReader], _ recorded: StateReader, _ name: String, _ folder: String) throws {
        let expected = try recorded.child("results").list()
        #expect(rows.count == expected.count, "\(name)")
        // What a process of its own and a cluster have.
        let others: Set = ["cwd", "storage", "world_size", "world_rank", "resources", "storage_set"]
        for (row, result) in zip(rows, expected) {
            for (key, value) in try result.map() where !others.contains(key) {
                switch key {
                case "dir": #expect(try row.child(key).string() == "\(folder)/trial")
                default: #expect(try row.child(key).tree == value.tree, "\(name): \(key)")
                }
            }
        }
        guard let first = rows.first else { return }
        let keys = try recorded.child("keys_of_first").list().map { try $0.string() }
        #expect(
            try Set(first.map().map(\.key)).subtracting(["experiment_id"]) == Set(keys).subtracting(others), "\(name)")
    }

    @Test("zero and an empty dictionary are results")
    func emptyResults() async throws {
        let zero = try await TrainableRun(TrainableDefinition(named: "zero") { _, _ in ["_metric": 0] }).run()
        #expect(zero.iteration == 1 && zero.lastResult["_metric"] == 0)
        let empty = try await TrainableRun(TrainableDefinition(named: "empty") { _, _ in [:] }).run()
        #expect(empty.iteration == 1 && empty.lastResult["training_iteration"] == 1)
    }

    @Test("refuses what only suits types, and what the driver counts")
    func refusals() async throws {
        let definition = TrainableDefinition(named: "f") { _, session in
            try await session.report(["training_iteration": 50])
            return nil
        }
        for config in [try CheckpointConfig(frequency: 1), try CheckpointConfig(atEnd: true)] {
            await #expect(throws: StateError.self) { try await TrainableRun(definition, checkpoints: config).run() }
        }
        let error = await #expect(throws: StateError.self) {
            try await TrainableRun(definition, checkpoints: CheckpointConfig(atEnd: false)).run()
        }
        #expect(error?.path == "f: training_iteration")
    }

    @Test("a function that fails goes on from the checkpoint it reported last, as recorded", arguments: [1, 2, 10])
    func failures(every: Int) async throws {
        let cases = try Fixture.named("runs_failures").child("cases").list()
        let recorded = try #require(
            try cases.first {
                guard try $0.child("kind").string().hasPrefix("function fails") else { return false }
                return try $0.child("checkpoint_every").int() == every && $0.child("max_failures").int() == 1
            })
        try await withTemporaryDirectory { folder in
            let mark = RunCounter.Mark()
            let definition = TrainableDefinition(named: "resumes") { _, session in
                var start = 0
                if let checkpoint = session.checkpoint {
                    start = try await checkpoint.withDirectory { path in
                        (Int(try String(contentsOfFile: "\(path)/n", encoding: .utf8)) ?? 0) + 1
                    }
                }
                for i in start..<6 {
                    if i == 3, mark.isFirst() { throw StateError(.outOfRange, "planned") }
                    let checkpoint = i % every == 0 ? try directory(i, below: folder) : nil
                    try await session.report(
                        ["i": .int(Int64(i))], checkpoint: checkpoint, takingOver: checkpoint != nil)
                }
                return nil
            }
            var run = TrainableRun(definition)
            run.context.folder = "\(folder)/trial"
            var log: [StateTree] = []
            for attempt in 0...1 {
                do {
                    _ = try await run.run { result in
                        if result.isRepeated { return false }
                        log.append([
                            result["training_iteration"] ?? .null, result["i"] ?? .null,
                            result["iterations_since_restore"] ?? .null,
                        ])
                        return false
                    }
                } catch let error as StateError {
                    #expect(error.message == "planned" && attempt == 0)
                }
            }
            #expect(try StateTree.list(log) == recorded.child("log").tree)
            #expect(try checkpoints(in: "\(folder)/trial") == recorded.child("folders").tree)
            // Taken over, not copied.
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!left.contains { $0.hasPrefix("reported-") })
        }
    }
}
