import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// Counts and reports what the settings say.
private struct Repeats: StatefulTrainable {
    private let configuration: StateMap
    private(set) var n: Int64 = 0
    init(configuration: StateMap, context: TrainableContext) { self.configuration = configuration }
    mutating func step() throws -> StepResult {
        n += 1
        var result = StepResult()
        if case .map(let metrics)? = configuration["metrics"] { result.metrics = metrics }
        let reader = StateReader(.map(configuration))
        result.timestepsThisIteration = try reader.optionalChild("timesteps")?.int()
        result.episodesThisIteration = try reader.optionalChild("episodes")?.int()
        return result
    }
    var state: StateMap { ["n": .int(n)] }
    mutating func load(_ state: StateReader) throws { n = try state.child("n").int64() }
}

@Suite struct CountingLimitsTests {
    @Test(
        "counts that are too large are refused, and none of the step is counted",
        arguments: [
            ("timesteps_total", ["timesteps": .int(.max)]), ("episodes_total", ["episodes": .int(.max)]),
            ("time_total_s", ["metrics": ["time_this_iter_s": 1e308], "timesteps": 1]),
        ] as [(String, StateMap)])
    func tooLarge(key: String, configuration: StateMap) async throws {
        let driver = try await TrainableDriver(Repeats.self, configuration: configuration)
        _ = try await driver.train()
        let before = try await driver.saveToObject().progress()
        let error = await #expect(throws: StateError.self) { try await driver.train() }
        #expect(error?.code == .outOfRange && error?.path == "Repeats: \(key)")
        #expect(try await driver.saveToObject().progress() == before)
    }

    @Test("goes on from no more steps than there are numbers for")
    func lastIteration() async throws {
        let driver = try await TrainableDriver(Repeats.self)
        _ = try await driver.train()
        var object = try await driver.saveToObject()
        var progress = try #require(try object.progress())
        progress["training_iteration"] = .int(.max)
        try object.setProgress(progress)
        try await driver.restoreFromObject(object)
        #expect(await #expect(throws: StateError.self) { try await driver.train() }?.code == .outOfRange)
    }

    @Test("metrics that could not be saved are refused when they come")
    func unsavable() async throws {
        var deep: StateTree = 1
        for _ in 1..<StateTree.maximumDepth { deep = [deep] }
        let tensor = StateTree.tensor(StateTensor([1.0, 2.0] as [Float], shape: [2]))
        for (path, value) in [("x", deep), ("x/a/0", ["a": [tensor]])] {
            let driver = try await TrainableDriver(Repeats.self, configuration: ["metrics": ["x": value]])
            let error = await #expect(throws: StateError.self) { try await driver.train() }
            #expect(error?.path.hasPrefix("Repeats: \(path)") == true && driver.iteration == 0)
        }
    }

    @Test(
        "buffers for any time and any number",
        arguments: [(0, 5, 1), (-1, 5, 1), (.max, 2, 2), (.max, -3, 1), (.max, 0, 1)])
    func buffered(seconds: Int64, limit: Int, count: Int) async throws {
        let driver = try await TrainableDriver(Repeats.self)
        #expect(try await driver.trainBuffered(for: .seconds(seconds), atMost: limit).count == count)
    }

    @Test("any time has a date, or none", arguments: [0, -1, .max, .min, 67_768_036_191_676_799])
    func dates(now: Int) async throws {
        let metrics = try await TrainableDriver(Repeats.self).autoFilledMetrics(now: now, debugOnly: true)
        guard case .string(let date)? = metrics["date"] else { return #expect(Bool(false)) }
        #expect(date.isEmpty || date.contains("_"))
        if now == 67_768_036_191_676_799 { #expect(date.hasPrefix("21474855")) }
    }

    @Test("nothing is trained that could not be noted")
    func unnoted() async throws {
        try await withTemporaryDirectory { folder in
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/result.json", withDestinationPath: "\(folder)/nowhere/file")
            var context = TrainableContext()
            (context.folder, context.logsResults) = (folder, true)
            let driver = try await TrainableDriver(Repeats.self, context: context)
            await #expect(throws: StateError.self) { try await driver.train() }
            #expect(driver.iteration == 0 && driver.trainable(as: Repeats.self)?.n == 0)
        }
    }
}
