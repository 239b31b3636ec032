import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Synchronization
import Testing

@Suite struct TrainableSessionTests {
    /// Counts for ever, with a checkpoint each time.
    private static func counting() -> TrainableDefinition {
        TrainableDefinition(named: "counting") { _, session in
            var n: Int64 = 0
            if case .int(let saved)? = try session.checkpoint?.dictionary()["n"] { n = saved }
            while true {
                n += 1
                try await session.report(["n": .int(n)], checkpoint: Checkpoint(dictionary: ["n": .int(n)]))
            }
        }
    }

    @Test("nothing runs ahead of what is wanted")
    func waits() async throws {
        let reports = Counter()
        let definition = TrainableDefinition(named: "ahead") { _, session in
            for _ in 0..<5 {
                reports.add()
                try await session.report([:])
            }
            return nil
        }
        let driver = try await TrainableDriver(definition)
        #expect(reports.value == 0)
        for wanted in 1...5 {
            #expect(try await driver.train().iteration == wanted)
            for _ in 0..<20 { await Task.yield() }
            #expect(reports.value == wanted)
        }
        let last = try await driver.train()
        #expect(last.isRepeated && last.done && last.iteration == 5)
        #expect(try await driver.train().isRepeated)
        #expect(driver.iteration == 5)
    }

    @Test("a stopped function comes home from its report")
    func stops() async throws {
        let home = Counter()
        let definition = TrainableDefinition(named: "cleans") { _, session in
            defer { home.add() }
            while true { try await session.report([:]) }
        }
        let driver = try await TrainableDriver(definition)
        _ = try await driver.train()
        #expect(home.value == 0)
        try await driver.stop()
        #expect(home.value == 1)
    }

    @Test("a function that is let go comes home, too")
    func released() async throws {
        let home = Counter()
        let definition = TrainableDefinition(named: "cleans") { _, session in
            defer { home.add() }
            while true { try await session.report([:]) }
        }
        do {
            let driver = try await TrainableDriver(definition)
            _ = try await driver.train()
        }
        while home.value == 0 { await Task.yield() }
    }

    @Test("goes on from a checkpoint with the counts of its report")
    func counts() async throws {
        let first = try await TrainableDriver(Self.counting())
        for _ in 1...3 { _ = try await first.train() }
        let object = try await first.saveToObject()
        try await first.stop()
        let second = try await TrainableDriver(Self.counting())
        try await second.restoreFromObject(object)
        #expect(second.iteration == 3)
        let result = try await second.train()
        #expect(result["n"] == 4 && result["training_iteration"] == 4 && result["iterations_since_restore"] == 1)
        // In place, after it has begun.
        try await second.restoreFromObject(object)
        #expect(try await second.train()["n"] == 4)
        try await second.stop()
    }

    @Test("what is saved later has the counts of the report it was made for")
    func olderReport() async throws {
        let definition = TrainableDefinition(named: "once") { _, session in
            try await session.report(["n": 1], checkpoint: Checkpoint(dictionary: ["n": 1]))
            while true { try await session.report(["n": 2]) }
        }
        let driver = try await TrainableDriver(definition)
        for _ in 1...4 { _ = try await driver.train() }
        let object = try await driver.saveToObject()
        try await driver.restoreFromObject(object)
        #expect(driver.iteration == 1)
        try await driver.stop()
    }

    @Test("without a checkpoint there is nothing to save")
    func nothingToSave() async throws {
        let driver = try await TrainableDriver(
            TrainableDefinition(named: "bare") { _, session in
                while true { try await session.report([:]) }
            })
        _ = try await driver.train()
        let error = await #expect(throws: StateError.self) { _ = try await driver.saveToObject() }
        #expect(error?.path == "bare" && error?.code == .notFound)
        try await driver.stop()
    }

    @Test("refuses to take over what lies in memory, and a result that asks for a checkpoint without one")
    func refusals() async throws {
        let definition = TrainableDefinition(named: "wrong") { configuration, session in
            if configuration["take"] == true {
                try await session.report([:], checkpoint: Checkpoint(dictionary: ["n": 1]), takingOver: true)
            } else {
                try await session.report(StepResult(shouldCheckpoint: true))
            }
            return nil
        }
        for configuration: StateMap in [["take": true], [:]] {
            let driver = try await TrainableDriver(definition, configuration: configuration)
            await #expect(throws: StateError.self) { try await driver.train() }
            try await driver.stop()
        }
    }

    @Test("two tasks of a function cannot report at once")
    func twoTasks() async throws {
        let definition = TrainableDefinition(named: "two") { _, session in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { try await session.report([:]) } }
                try await group.waitForAll()
            }
            return nil
        }
        let driver = try await TrainableDriver(definition)
        let error = await #expect(throws: StateError.self) { for _ in 1...3 { _ = try await driver.train() } }
        #expect(error?.code == .inUse)
    }

    @Test("cancelling whoever trains ends the function at its next report")
    func cancelled() async throws {
        let home = Counter()
        let definition = TrainableDefinition(named: "slow") { _, session in
            defer { home.add() }
            while true { try await session.report([:]) }
        }
        let task = Task {
            let driver = try await TrainableDriver(definition)
            while true { _ = try await driver.train() }
        }
        for _ in 0..<100 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while home.value == 0 { await Task.yield() }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }
}
