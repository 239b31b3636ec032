import ReinCheckpoints
import Synchronization
import Testing

@testable import ReinTune

@Suite struct ReportExchangeTests {
    private static func report(_ n: Int64) -> Report { Report(result: StepResult(["n": .int(n)])) }

    @Test("a function that reports before anybody waits does not go on before more is wanted")
    func early() async throws {
        let exchange = ReportExchange()
        let passed = Mutex(0)
        let task = Task.immediate {
            for n in 1...2 {
                try await exchange.report(Self.report(Int64(n)))
                passed.withLock { $0 += 1 }
            }
        }
        // It has reported by now.
        #expect(try await exchange.next()?.result.metrics["n"] == 1)
        for _ in 0..<100 { await Task.yield() }
        #expect(passed.withLock { $0 } == 0)
        #expect(try await exchange.next()?.result.metrics["n"] == 2)
        #expect(passed.withLock { $0 } == 1)
        exchange.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("whoever reports after the function has ended, or waits when it ends, is told so")
    func late() async throws {
        let exchange = ReportExchange()
        let task = Task.immediate { try await exchange.report(Self.report(1)) }
        #expect(try await exchange.next() != nil)
        exchange.end(.success(Self.report(2)))
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) { try await exchange.report(Self.report(3)) }
        #expect(try await exchange.next()?.result.metrics["n"] == 2)
        #expect(try await exchange.next() == nil)
    }

    @Test("a task that is cancelled takes its report back, and others may report", arguments: [false, true])
    func withdrawn(beforehand: Bool) async throws {
        let exchange = ReportExchange()
        let task = Task.immediate {
            if beforehand { withUnsafeCurrentTask { $0?.cancel() } }
            try await exchange.report(Self.report(1))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let other = Task.immediate { try await exchange.report(Self.report(2)) }
        #expect(try await exchange.next()?.result.metrics["n"] == 2)
        exchange.cancel()
        await #expect(throws: CancellationError.self) { try await other.value }
    }
}

@Suite struct FunctionEndTests {
    @Test("cancelling whoever trains cancels what the function waits for")
    func cancelled() async throws {
        let definition = TrainableDefinition(named: "sleeps") { _, _ in
            try await Task.sleep(for: .seconds(100_000))
            return nil
        }
        let task = Task {
            let driver = try await TrainableDriver(definition)
            await #expect(throws: CancellationError.self) { try await driver.train() }
            try await driver.stop()
        }
        for _ in 0..<100 { await Task.yield() }
        task.cancel()
        try await task.value
    }

    @Test("a function that has failed is not done")
    func failed() async throws {
        let definition = TrainableDefinition(named: "fails") { _, session in
            if session.checkpoint != nil { return ["n": 3] }
            try await session.report(["n": 1], checkpoint: Checkpoint(dictionary: ["n": 1]))
            throw StateError(.outOfRange, "too far", path: "n")
        }
        let driver = try await TrainableDriver(definition)
        _ = try await driver.train()
        let object = try await driver.saveToObject()
        #expect(await #expect(throws: StateError.self) { try await driver.train() }?.message == "too far")
        let error = await #expect(throws: StateError.self) { try await driver.train() }
        #expect(error?.code == .unavailable && error?.message.contains("too far") == true && error?.path == "fails")
        try await driver.restoreFromObject(object)
        #expect(try await driver.train()["n"] == 3)
        #expect(try await driver.train().isRepeated)
    }

    @Test("a function that does not care about being cancelled is waited for once it has ended, and begins again")
    func deaf() async throws {
        let isOver = Mutex(false)
        let definition = TrainableDefinition(named: "deaf") { _, session in
            try? await session.report(["n": 1], checkpoint: Checkpoint(dictionary: ["n": 1]))
            while !isOver.withLock({ $0 }) { await Task.yield() }
            return ["n": 2]
        }
        let driver = try await TrainableDriver(definition)
        _ = try await driver.train()
        let object = try await driver.saveToObject()
        driver.function?.patience = .zero
        let error = await #expect(throws: StateError.self) { try await driver.restoreFromObject(object) }
        #expect(error?.code == .timedOut)
        #expect(await #expect(throws: StateError.self) { try await driver.train() }?.code == .unavailable)
        isOver.withLock { $0 = true }
        driver.function?.patience = .seconds(300)
        try await driver.restoreFromObject(object)
        #expect(try await driver.train()["n"] == 1)
        #expect(try await driver.train()["n"] == 2)
        try await driver.stop()
    }
}
