import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// A function that reports a folder to be taken over, as often as it is told.
@Suite struct TakingOverTests {
    private func run(_ source: String, times: Int = 1, in folder: String) async throws -> TrainableRun.Outcome {
        let definition = TrainableDefinition(named: "gives") { _, session in
            let checkpoint = try Checkpoint(directory: source)
            for n in 1...times {
                try await session.report(["n": .int(Int64(n))], checkpoint: checkpoint, takingOver: true)
            }
            return nil
        }
        var run = TrainableRun(definition)
        run.context.folder = folder
        run.synchronizesCheckpoints = false
        return try await run.run()
    }

    private func makeSource(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/sub", withIntermediateDirectories: true)
        try "weights".write(toFile: "\(path)/sub/weights", atomically: false, encoding: .utf8)
    }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test("takes over from the same disk and from another", arguments: [false, true])
    func moves(elsewhere: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let isOther = elsewhere && FileManager.default.isWritableFile(atPath: "/dev/shm")
            let source = isOther ? "/dev/shm/rein-\(UUID().uuidString)" : "\(folder)/source"
            defer { try? FileManager.default.removeItem(atPath: source) }
            try makeSource(source)
            let outcome = try await run(source, in: "\(folder)/run")
            #expect(text(try #require(outcome.checkpoint?.path) + "/sub/weights") == "weights")
            #expect(!FileManager.default.fileExists(atPath: source))
        }
    }

    @Test("what cannot become a checkpoint stays where it is")
    func stays() async throws {
        try await withTemporaryDirectory { folder in
            try makeSource("\(folder)/source")
            #expect(mkfifo("\(folder)/source/pipe", 0o600) == 0)
            let error = await #expect(throws: StateError.self) {
                try await run("\(folder)/source", in: "\(folder)/run")
            }
            #expect(error?.path.hasSuffix("/pipe") == true)
            #expect(text("\(folder)/source/sub/weights") == "weights")
            #expect(try !FileManager.default.contentsOfDirectory(atPath: "\(folder)/run").contains("checkpoint_000000"))
        }
    }

    @Test("a folder that contains the run is not taken over")
    func contains() async throws {
        try await withTemporaryDirectory { folder in
            try makeSource("\(folder)/source")
            for source in ["\(folder)/source", "\(folder)/source/run"] {
                let run = "\(folder)/source/run"
                let error = await #expect(throws: StateError.self) { try await self.run(source, in: run) }
                #expect(error?.message.hasPrefix("contains ") == true)
                #expect(text("\(folder)/source/sub/weights") == "weights" && text("\(run)/params.json") != nil)
            }
        }
    }

    @Test("a folder that has been taken over cannot be taken over again, and the checkpoint is good")
    func twice() async throws {
        try await withTemporaryDirectory { folder in
            try makeSource("\(folder)/source")
            let error = await #expect(throws: StateError.self) {
                try await run("\(folder)/source", times: 2, in: "\(folder)/run")
            }
            #expect(error?.code == .notFound && error?.path.hasSuffix("/source") == true)
            try Checkpoint(directory: "\(folder)/run/checkpoint_000000").verify()
            #expect(text("\(folder)/run/checkpoint_000000/sub/weights") == "weights")
        }
    }

    @Test("the checkpoint that a function goes on from stays until it has ended")
    func held() async throws {
        try await withTemporaryDirectory { folder in
            let definition = TrainableDefinition(named: "late") { _, session in
                for _ in 1...2 { try await session.report([:], checkpoint: Checkpoint(dictionary: ["n": 2])) }
                return ["found": try session.checkpoint?.dictionary()["n"] ?? .null]
            }
            var run = TrainableRun(definition, checkpoints: try CheckpointConfig(numToKeep: 1))
            run.context.folder = folder
            run.synchronizesCheckpoints = false
            _ = try await run.run { $0.iteration == 1 }
            let outcome = try await run.run()
            #expect(outcome.lastResult["found"] == 2)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.filter { $0.hasPrefix("checkpoint_") } == ["checkpoint_000002"])
        }
    }

    @Test("what somebody else puts in the place of a checkpoint stays")
    func taken() async throws {
        struct Rude: DirectoryTrainable {
            let folder: String
            init(configuration: StateMap, context: TrainableContext) { folder = context.folder ?? "" }
            func step() -> StepResult { StepResult(done: true) }
            func saveCheckpoint(to directory: String) throws {
                let place = "\(folder)/checkpoint_000000"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                try "mine".write(toFile: "\(place)/file", atomically: false, encoding: .utf8)
            }
            func loadCheckpoint(from directory: String) {}
        }
        try await withTemporaryDirectory { folder in
            let error = await #expect(throws: StateError.self) { try await Rude.run(in: folder) }
            #expect(error?.code == .alreadyExists)
            #expect(text("\(folder)/checkpoint_000000/file") == "mine")
        }
    }
}
