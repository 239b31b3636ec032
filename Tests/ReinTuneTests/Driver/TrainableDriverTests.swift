import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// An object with asynchronous members that is not Sendable, and whose load fails half way.
private final class Brittle: StatefulTrainable {
    private(set) var values: [Double] = [0, 0]
    private let pause: Duration

    init(configuration: StateMap, context: TrainableContext) async throws { pause = .zero }

    func step() async throws -> StepResult {
        await Task.yield()
        values[0] += 1
        values[1] += 2
        return StepResult(["first": .double(values[0])])
    }

    var state: StateMap { ["first": .double(values[0]), "second": .double(values[1])] }

    func load(_ state: StateReader) async throws {
        values[0] = try state.child("first").double()
        values[1] = try state.child("second").double()
    }
}

/// A trainable that shares a value.
private struct Sharing: StatefulTrainable, ResourceRequesting {
    private let data: [Double]
    private var sum = 0.0

    init(configuration: StateMap, context: TrainableContext) throws { data = try context.parameters.value("data") }

    mutating func step() -> StepResult {
        sum += data.reduce(0, +)
        return StepResult(["sum": .double(sum)])
    }

    var state: StateMap { ["sum": .double(sum)] }
    mutating func load(_ state: StateReader) throws { sum = try state.child("sum").double() }

    static func defaultResourceRequest(for configuration: StateMap) throws -> PlacementGroup? {
        guard let threads = StateReader(.map(configuration)).optionalChild("threads") else { return nil }
        return try PlacementGroup(cpus: threads.double())
    }

    static let resourceHelp = "set threads"
}

@Suite struct TrainableDriverTests {
    @Test("trains an object that is not Sendable, with asynchronous members")
    func asynchronous() async throws {
        let driver = try await TrainableDriver(Brittle.self)
        _ = try await driver.train()
        #expect(driver.trainable(as: Brittle.self)?.values == [1, 2])
        try await Brittle.validateSaveRestore()
    }

    @Test("a restore that fails half way leaves everything as it was")
    func failedRestore() async throws {
        let driver = try await TrainableDriver(Brittle.self)
        for _ in 1...3 { _ = try await driver.train() }
        let before = driver.lastResult
        var broken = try Checkpoint(dictionary: ["first": 7.0])
        try broken.setProgress(try await driver.saveToObject().progress())
        await #expect(throws: StateError.self) { try await driver.restoreFromObject(broken) }
        #expect(driver.trainable(as: Brittle.self)?.values == [3, 6])
        #expect(driver.iteration == 3 && driver.lastResult == before)
        #expect(try await driver.train()["iterations_since_restore"] == 4)
    }

    @Test("a checkpoint that nobody counted is refused")
    func uncounted() async throws {
        let driver = try await TrainableDriver(Brittle.self)
        let error = await #expect(throws: StateError.self) {
            try await driver.restoreFromObject(Checkpoint(dictionary: ["first": 1.0, "second": 1.0]))
        }
        #expect(error?.code == .missingKey)
    }

    @Test("counts that cannot be are refused", arguments: ["training_iteration", "time_total_s", "timesteps_total"])
    func impossibleCounts(key: String) async throws {
        let driver = try await TrainableDriver(Brittle.self)
        _ = try await driver.train()
        var object = try await driver.saveToObject()
        var progress = try #require(try object.progress())
        progress[key] = -1
        try object.setProgress(progress)
        await #expect(throws: StateError.self) { try await driver.restoreFromObject(object) }
        progress[key] = nil
        try object.setProgress(progress)
        await #expect(throws: StateError.self) { try await driver.restoreFromObject(object) }
        #expect(driver.iteration == 1)
    }

    @Test("is of no use after it was stopped, and says so")
    func stopped() async throws {
        let driver = try await TrainableDriver(Brittle.self)
        _ = try await driver.train()
        try await driver.stop()
        try await driver.stop()
        for use in ["train", "save", "restore", "reset"] {
            let error = await #expect(throws: StateError.self) {
                switch use {
                case "train": _ = try await driver.train()
                case "save": _ = try await driver.saveToObject()
                case "restore": try await driver.restore(from: "nowhere")
                default: try await driver.reset(configuration: [:])
                }
            }
            #expect(error?.message == "cannot \(use): it was stopped")
        }
        #expect(driver.iteration == 1)
    }

    @Test(
        "metrics that a step cannot give are refused",
        arguments: [
            ("training_iteration", 1 as StateTree), ("done", true), ("should_checkpoint", true),
            ("timesteps_this_iter", 1), ("episodes_this_iter", 1), ("timesteps_total", "many"), ("timestamp", -1),
            ("time_this_iter_s", "long"), ("time_this_iter_s", .double(.nan)),
        ])
    func refusedMetrics(key: String, value: StateTree) async throws {
        let definition = TrainableDefinition(named: "giving") { _, session in
            try await session.report([key: value])
            return nil
        }
        let driver = try await TrainableDriver(definition)
        let error = await #expect(throws: StateError.self) { try await driver.train() }
        #expect(error?.path == "giving: \(key)")
        #expect(driver.iteration == 0)
        try await driver.stop()
    }

    @Test("a shared value is given again, or the error names it")
    func parameters() async throws {
        let definition = Sharing.withParameter("data", [1.0, 2.0])
        let driver = try await TrainableDriver(definition)
        #expect(try await driver.train()["sum"] == 3.0)
        let object = try await driver.saveToObject()
        let other = try await TrainableDriver(definition)
        try await other.restoreFromObject(object)
        #expect(try await other.train()["sum"] == 6.0)

        let missing = await #expect(throws: StateError.self) { _ = try await TrainableDriver(Sharing.self) }
        #expect(missing?.code == .missingKey)
        let misspelt = Sharing.withParameter("dta", [1.0])
        let error = await #expect(throws: StateError.self) { _ = try await TrainableDriver(misspelt) }
        #expect(error?.message.contains("did you mean \"dta\"?") == true)
        let wrong = Sharing.withParameter("data", "text")
        #expect(await #expect(throws: StateError.self) { _ = try await TrainableDriver(wrong) }?.code == .wrongType)
        // A checkpoint remembers the names.
        let plain = try await TrainableDriver(Brittle.self)
        let forgotten = await #expect(throws: StateError.self) { try await plain.restoreFromObject(object) }
        #expect(forgotten?.message.contains("\"data\"") == true)
    }

    @Test("resources are requested by the trainable, or given")
    func resources() throws {
        let sharing = TrainableDefinition(Sharing.self)
        #expect(try sharing.resources(for: ["threads": 4]) == PlacementGroup(cpus: 4))
        #expect(try sharing.resources(for: [:]) == .oneCPU)
        #expect(sharing.resourceHelp == "set threads")
        let error = #expect(throws: StateError.self) { try sharing.withResources(PlacementGroup(cpus: 1)) }
        #expect(error?.message.hasSuffix("set threads") == true)
        let counter = try TrainableDefinition(ValueCounter.self).withResources { configuration in
            try PlacementGroup(cpus: StateReader(.map(configuration)).child("cpus").double())
        }
        #expect(try counter.resources(for: ["cpus": 2]) == PlacementGroup(cpus: 2))
        #expect(try TrainableDefinition(ValueCounter.self).resources(for: [:]) == .oneCPU)
    }

    @Test("results are written down once, and rows that come again replace the old ones")
    func records() async throws {
        try await withTemporaryDirectory { folder in
            var context = TrainableContext()
            context.folder = "\(folder)/a/b"
            context.logsResults = true
            let driver = try await TrainableDriver(ValueCounter.self, configuration: ["a": 1], context: context)
            for _ in 1...3 { _ = try await driver.train() }
            let saved = try await driver.save()
            _ = try await driver.train()
            try await driver.restore(from: saved)
            for _ in 1...2 { _ = try await driver.train() }
            try await driver.stop()
            let rows = try rows(in: "\(folder)/a/b")
            #expect(try rows.map { try $0.child("training_iteration").int() } == [1, 2, 3, 4, 5])
            #expect(try rows[0].child("config").tree == ["a": 1])
            let table = try String(contentsOfFile: "\(folder)/a/b/progress.csv", encoding: .utf8)
            #expect(table.split(separator: "\n").count == 6 && !table.contains("config"))
        }
    }

    @Test("cancelling leaves the counts alone")
    func cancellation() async throws {
        let task = Task {
            let driver = try await TrainableDriver(Brittle.self)
            _ = try await driver.train()
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: CancellationError.self) { try await driver.train() }
            return driver.iteration
        }
        #expect(try await task.value == 1)
    }
}
