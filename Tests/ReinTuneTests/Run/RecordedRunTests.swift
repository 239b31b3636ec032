import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Synchronization
import Testing

/// The trainable of the recorded runs.
final class RunCounter: DirectoryTrainable {
    private let configuration: StateMap
    private let mark: Mark?
    private(set) var n = 0

    /// Something that happens once, whoever asks.
    final class Mark: Sendable {
        private let isSet = Mutex(false)

        func isFirst() -> Bool {
            isSet.withLock { isSet in
                defer { isSet = true }
                return !isSet
            }
        }
    }

    init(configuration: StateMap, context: TrainableContext) throws {
        self.configuration = configuration
        mark = context.parameters.names.isEmpty ? nil : try context.parameters.value("mark")
    }

    func step() throws -> StepResult {
        n += 1
        if configuration["fail_at"] == .int(Int64(n)), mark?.isFirst() == true {
            throw StateError(.outOfRange, "planned")
        }
        let score = [5, 9, 1, 2, 3, 7, 4][(n - 1) % 7]
        var result = StepResult(["n": .int(Int64(n)), "score": .int(Int64(score)), "e": ["score": .int(Int64(n))]])
        result.shouldCheckpoint = configuration["should"] == .int(Int64(n))
        result.done = configuration["done_at"] == .int(Int64(n))
        return result
    }

    func saveCheckpoint(to directory: String) throws {
        try "\(n)".write(toFile: "\(directory)/n", atomically: false, encoding: .utf8)
    }

    func loadCheckpoint(from directory: String) throws {
        n = try #require(Int(String(contentsOfFile: "\(directory)/n", encoding: .utf8)))
    }
}

/// The folders with checkpoints, and what is in them.
func checkpoints(in folder: String) throws -> StateTree {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("checkpoint_") }
    return .list(
        try names.sorted().map { name in
            let text = try String(contentsOfFile: "\(folder)/\(name)/n", encoding: .utf8)
            return [.string(name), .int(try #require(Int64(text)))]
        })
}

/// The rows of `result.json`.
func rows(in folder: String) throws -> [StateReader] {
    let path = "\(folder)/result.json"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
        StateReader(try JSON.parse(Array($0.utf8)), path: "result.json")
    }
}

@Suite struct RecordedRunTests {
    @Test("makes and keeps checkpoints as all 35 recorded runs")
    func checkpointsOfRuns() async throws {
        let cases = try Fixture.named("runs_checkpoints").child("cases").list()
        #expect(cases.count == 35)
        for recorded in cases {
            let frequency = try recorded.child("frequency").int()
            var configuration: StateMap = [:]
            let config: CheckpointConfig
            if try recorded.child("kind").string() == "class, when" {
                let variant = try recorded.child("variant").string()
                if variant == "should 5" { configuration["should"] = 5 }
                if variant == "done 4" { configuration["done_at"] = 4 }
                let atEnd = try recorded.child("at_end")
                config = try CheckpointConfig(
                    frequency: frequency, atEnd: atEnd.tree.isNull ? nil : atEnd.bool())
            } else {
                let keep = try recorded.child("num_to_keep")
                let attribute = try recorded.child("attribute")
                config = try CheckpointConfig(
                    numToKeep: keep.tree.isNull ? nil : keep.int(),
                    scoreAttribute: attribute.tree.isNull ? nil : attribute.string(),
                    scoreOrder: recorded.child("order").string() == "min" ? .min : .max, frequency: frequency)
            }
            try await withTemporaryDirectory { folder in
                let outcome = try await RunCounter.run(
                    configuration: configuration, in: folder, checkpoints: config
                ) { $0.iteration == 7 }
                let name = "\(recorded.tree)"
                #expect(try checkpoints(in: folder) == recorded.child("folders").tree, "\(name)")
                let latest = try recorded.child("latest").tree
                let path = outcome.checkpoint?.path?.split(separator: "/").last.map { StateTree.string(String($0)) }
                #expect(path ?? .null == latest, "\(name)")
            }
        }
    }

    @Test("a type that fails goes on from its last checkpoint, as recorded", arguments: [0, 1, 2])
    func failures(frequency: Int) async throws {
        let cases = try Fixture.named("runs_failures").child("cases").list().filter {
            guard try $0.child("kind").string() == "class fails in step 4" else { return false }
            return try $0.child("frequency").int() == frequency
        }
        #expect(cases.count == 3)
        for recorded in cases {
            try await withTemporaryDirectory { folder in
                var run = TrainableRun(
                    RunCounter.withParameter("mark", RunCounter.Mark()),
                    configuration: ["fail_at": 4], checkpoints: try CheckpointConfig(frequency: frequency))
                run.context.folder = "\(folder)/run"
                var log: [StateTree] = []
                let failures = try recorded.child("max_failures").int()
                for attempt in 0...(failures == 0 ? 0 : 1) {
                    do {
                        _ = try await run.run { result in
                            if result.isRepeated { return false }
                            log.append([
                                result["training_iteration"] ?? .null, result["n"] ?? .null,
                                result["iterations_since_restore"] ?? .null,
                            ])
                            return result.iteration == 6
                        }
                    } catch let error as StateError {
                        #expect(error.message == "planned" && attempt == 0)
                    }
                }
                #expect(try StateTree.list(log) == recorded.child("log").tree)
                #expect(try checkpoints(in: "\(folder)/run") == recorded.child("folders").tree)
                // Unlike the recording, no row is there twice.
                let iterations = try rows(in: "\(folder)/run").map { try $0.child("training_iteration").int() }
                #expect(iterations == Array(1...(failures == 0 ? 3 : 6)))
            }
        }
    }

    @Test("runs without a folder, and gives the last state back")
    func inMemory() async throws {
        let outcome = try await ValueCounter.run { $0.iteration == 3 }
        #expect(outcome.iteration == 3 && outcome.lastResult["n"] == 3)
        #expect(try outcome.checkpoint?.dictionary() == ["n": 3])
        await #expect(throws: StateError.self) {
            try await ValueCounter.run(checkpoints: CheckpointConfig(frequency: 1)) { $0.iteration == 3 }
        }
    }

    @Test("a run that has ended stays there, and goes on when more is wanted")
    func again() async throws {
        try await withTemporaryDirectory { folder in
            let config = try CheckpointConfig(numToKeep: 1)
            for (wanted, expected) in [(3, 3), (3, 3), (2, 3), (5, 5)] {
                let outcome = try await RunCounter.run(in: folder, checkpoints: config) { $0.iteration >= wanted }
                #expect(outcome.iteration == expected && outcome.lastResult["n"] == .int(Int64(expected)))
                #expect(try rows(in: folder).count == expected)
            }
            // One that is done by itself has nothing left to do either.
            let done = try await RunCounter.run(configuration: ["done_at": 7], in: folder, checkpoints: config)
            #expect(done.iteration == 7)
            let again = try await RunCounter.run(configuration: ["done_at": 7], in: folder, checkpoints: config)
            #expect(again.iteration == 7)
        }
    }

    @Test("two runs cannot have one folder")
    func twoRuns() async throws {
        try await withTemporaryDirectory { folder in
            let store = try CheckpointStore(at: folder, config: .standard)
            await #expect(throws: StateError.self) { try await ValueCounter.run(in: folder) { _ in true } }
            #expect(store.checkpoints.isEmpty)
        }
    }
}
