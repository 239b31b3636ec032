import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// What else was recorded of Ray Tune's class trainables: buffering, forms of saving, and what there is outside of a run.
@Suite struct RecordedMembersTests {
    static let bufferings: [String] = {
        (try? Fixture.named("trainable_class").child("train_buffered").list().map { try $0.child("name").string() })
            ?? []
    }()

    @Test("groups results as recorded", arguments: bufferings)
    func buffered(_ name: String) async throws {
        let cases = try Fixture.named("trainable_class").child("train_buffered").list()
        let recorded = try #require(try cases.first { try $0.child("name").string() == name })
        guard case .map(var configuration) = try recorded.child("config").tree else { return }
        // The recorded groups depend on the clock where a step sleeps; times far apart give the same ones on a busy machine.
        let seconds = try recorded.child("buffer_time_s").double()
        let sleeps = configuration["sleep"] != nil
        if sleeps { configuration["sleep"] = nil }
        let driver = try await TrainableDriver(FileCounter.self, configuration: configuration)
        for group in try recorded.child("groups").list() {
            let results = try await driver.trainBuffered(
                for: .seconds(sleeps && seconds < 0.1 ? 0 : seconds),
                atMost: sleeps ? group.list().count : recorded.child("max_buffer_length").int())
            #expect(try results.map(\.iteration) == group.list().map { try $0.int() })
        }
    }

    @Test("an empty result is a result, and what a step throws is not counted")
    func oddResults() async throws {
        struct Failing: StatefulTrainable {
            init(configuration: StateMap, context: TrainableContext) {}
            mutating func step() throws -> StepResult { throw StateError(.outOfRange, "step failed") }
            var state: StateMap { ["a": 1] }
            mutating func load(_ state: StateReader) {}
        }
        struct Empty: StatefulTrainable {
            init(configuration: StateMap, context: TrainableContext) {}
            mutating func step() -> StepResult { StepResult() }
            var state: StateMap { ["a": 1] }
            mutating func load(_ state: StateReader) {}
        }
        let recorded = try Fixture.named("trainable_class").child("odd_step_results").list()
        let empty = try await TrainableDriver(Empty.self).train()
        let keys = Set(empty.metrics.keys).subtracting(["experiment_id"])
        #expect(try keys == Set(recorded[0].child("keys").list().map { try $0.string() }))
        let failing = try await TrainableDriver(Failing.self)
        await #expect(throws: StateError(.outOfRange, "step failed")) { try await failing.train() }
        #expect(failing.iteration == 0)
    }

    @Test("has the members of a trainable outside of a run")
    func outside() async throws {
        let recorded = try Fixture.named("trainable_class").child("outside_a_run")
        let driver = try await TrainableDriver(FileCounter.self, configuration: ["a": 1])
        #expect(driver.context.trialID == "default" && driver.context.trialName == "default")
        #expect(driver.iteration == 0)
        #expect(driver.configuration == ["a": 1])
        let before = driver.autoFilledMetrics()
        let keys = try recorded.child("auto_filled_before_first_result").map().map(\.key)
        #expect(Set(before.keys).subtracting(["experiment_id"]) == Set(keys))
        #expect(before["time_this_iter_s"] == .null && before["iterations_since_restore"] == 0)
        let debug = driver.autoFilledMetrics(now: 1_700_000_000, debugOnly: true)
        #expect(try Set(debug.keys) == Set(recorded.child("auto_filled_debug_only").map().map(\.key)))
        #expect(debug["timestamp"] == 1_700_000_000)
        #expect(driver.autoFilledMetrics(timeThisIteration: .milliseconds(250))["time_this_iter_s"] == 0.25)
        let folder = try driver.folder()
        #expect(try driver.folder() == folder)
        #expect(try await driver.exportModel(["onnx", "pb"]) == ["onnx": folder, "pb": folder])
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("what cannot be done is said")
    func unable() async throws {
        let driver = try await TrainableDriver(ValueCounter.self)
        await #expect(throws: StateError.self) { try await driver.exportModel(["onnx"]) }
        await #expect(throws: StateError.self) { try await driver.reset(configuration: [:]) }
        #expect(driver.iteration == 0)
        _ = try await driver.train()
        #expect(driver.iteration == 1)
    }

    @Test("saves files and values, and loads them in the same shape", arguments: [false, true])
    func saves(asValue: Bool) async throws {
        try await withTemporaryDirectory { folder in
            func driver() async throws -> TrainableDriver {
                if asValue { return try await TrainableDriver(ValueCounter.self) }
                return try await TrainableDriver(FileCounter.self)
            }
            let first = try await driver()
            _ = try await first.train()
            // Folders above it are made.
            let checkpoint = try await first.save(to: "\(folder)/new/dir")
            #expect(checkpoint.path?.hasSuffix("/new/dir") == true)
            #expect(checkpoint.representation == .directory)
            try checkpoint.verify()
            let names = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/new/dir").sorted()
            #expect(
                names
                    == (asValue
                        ? [".trainable.json", "dictionary.safetensors"]
                        : [".trainable.json", "state.txt", "sub", "sub/empty"]))
            let second = try await driver()
            try await second.restore(from: checkpoint)
            if asValue {
                #expect(second.trainable(as: ValueCounter.self)?.loaded == ["n": 1])
            } else {
                #expect(second.trainable(as: FileCounter.self)?.loaded == "directory with state.txt,sub")
            }
            #expect(second.experimentID == first.experimentID)
            #expect(second.lastResult == first.lastResult)
        }
    }

    @Test("an object in memory, a moved folder and a folder that is removed", arguments: [false, true])
    func objects(asValue: Bool) async throws {
        try await withTemporaryDirectory { folder in
            var context = TrainableContext()
            context.folder = folder
            func driver() async throws -> TrainableDriver {
                let configuration: StateMap = ["always": ["time_this_iter_s": 0.5, "timesteps_this_iter": 10]]
                if asValue {
                    return try await TrainableDriver(
                        ValueCounter.self, configuration: configuration, context: context)
                }
                return try await TrainableDriver(FileCounter.self, configuration: configuration, context: context)
            }
            let first = try await driver()
            for _ in 1...3 { _ = try await first.train() }
            let saved = try await first.save()
            #expect(saved.path?.hasSuffix("/checkpoint_000003") == true)
            _ = try await first.train()
            let object = try await first.saveToObject()
            #expect(object.path == nil)

            let second = try await driver()
            try await second.restore(from: saved)
            #expect(second.iteration == 3)
            let result = try await second.train()
            #expect(result["training_iteration"] == 4 && result["iterations_since_restore"] == 1)
            #expect(result["time_total_s"] == 2.0 && result["time_since_restore"] == 0.5)
            #expect(result["timesteps_total"] == 40 && result["timesteps_since_restore"] == 10)

            let third = try await driver()
            try await third.restoreFromObject(Checkpoint(bytes: object.bytes()))
            #expect(third.iteration == 4)

            try FileManager.default.moveItem(atPath: #require(saved.path), toPath: "\(folder)/moved")
            try await third.restore(from: "\(folder)/moved")
            #expect(third.iteration == 3)
            try third.deleteCheckpoint("\(folder)/moved")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/moved"))
            try third.deleteCheckpoint("\(folder)/moved")
            try FileManager.default.createDirectory(
                atPath: "\(folder)/precious", withIntermediateDirectories: true)
            try "x".write(toFile: "\(folder)/precious/file", atomically: true, encoding: .utf8)
            #expect(throws: StateError.self) { try third.deleteCheckpoint("\(folder)/precious") }
            #expect(FileManager.default.fileExists(atPath: "\(folder)/precious/file"))
        }
    }

    @Test("falls back to the newest good checkpoint, and says which and why")
    func fallback() async throws {
        try await withTemporaryDirectory { folder in
            var context = TrainableContext()
            context.folder = folder
            let driver = try await TrainableDriver(FileCounter.self, context: context)
            for _ in 1...3 {
                _ = try await driver.train()
                try await driver.save()
            }
            // One byte of the newest is another one.
            try "7".write(toFile: "\(folder)/checkpoint_000003/state.txt", atomically: false, encoding: .utf8)
            let other = try await TrainableDriver(FileCounter.self, context: context)
            await #expect(throws: StateError.self) { try await other.restore(from: "\(folder)/checkpoint_000003") }
            #expect(other.iteration == 0 && other.trainable(as: FileCounter.self)?.n == 0)
            let restored = try await other.restore(
                from: "\(folder)/checkpoint_000003", fallingBackToLatest: true)
            #expect(restored.place == "\(folder)/checkpoint_000002")
            #expect(restored.skipped.map(\.place) == ["\(folder)/checkpoint_000003"])
            #expect(restored.skipped.first?.reason.contains("state.txt") == true)
            #expect(other.iteration == 2)
            // One that is gone, and nothing else to fall back to.
            for name in ["checkpoint_000001", "checkpoint_000002", "checkpoint_000003"] {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            await #expect(throws: StateError.self) {
                try await other.restore(from: "\(folder)/checkpoint_000002", fallingBackToLatest: true)
            }
            #expect(other.iteration == 2)
        }
    }
}
