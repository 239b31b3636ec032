import ReinCheckpoints
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinTune

@Suite struct WaitForGPUTests {
    /// Gives what it is told, look by look, and the last for ever.
    private final class ScriptedMonitor: GPUMonitor {
        private let looks: [[GPUReading]]
        private let count = Mutex(0)

        init(_ looks: [[GPUReading]]) { self.looks = looks }

        var looksTaken: Int { count.withLock { $0 } }

        func readings() async throws -> [GPUReading] {
            let look = count.withLock { count in
                defer { count += 1 }
                return count
            }
            return looks[min(look, looks.count - 1)]
        }
    }

    /// A clock whose time goes on when somebody sleeps, and that sleeps no longer than it takes to say so.
    private final class InstantClock: Clock {
        private let time = Mutex(ContinuousClock().now)
        private let sleeps = Mutex<[Duration]>([])

        var now: ContinuousClock.Instant { time.withLock { $0 } }
        var minimumResolution: Duration { .nanoseconds(1) }
        var slept: [Duration] { sleeps.withLock { $0 } }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            try Task.checkCancellation()
            time.withLock { time in
                sleeps.withLock { $0.append(deadline - time) }
                time = deadline
            }
        }
    }

    private static func gpu(_ index: Int, used: Int, uuid: String? = nil) -> GPUReading {
        GPUReading(index: index, uuid: uuid ?? "GPU-\(index)abc", memoryUsed: used, memoryTotal: 1_000)
    }

    private func wait(
        for id: GPUID = 0, target: Double = 0.01, limit: Int? = nil, retries: Int = 20, _ monitor: ScriptedMonitor,
        _ clock: InstantClock = InstantClock()
    ) async throws -> GPUReading {
        try await GPUWait(
            id: id, targetUtilization: target, memoryLimit: limit, retries: retries, delay: .seconds(5)
        ).run(asking: monitor, clock: clock)
    }

    @Test("a GPU is looked at until the share of its memory in use is at the target")
    func waits() async throws {
        let monitor = ScriptedMonitor([[Self.gpu(0, used: 900)], [Self.gpu(0, used: 11)], [Self.gpu(0, used: 10)]])
        let clock = InstantClock()
        let reading = try await wait(monitor, clock)
        #expect(reading.memoryUsed == 10 && reading.memoryUtilization == 0.01)
        #expect(monitor.looksTaken == 3)
        #expect(clock.slept == [.seconds(5), .seconds(5)])
    }

    @Test("a limit of bytes holds besides the share")
    func memoryLimit() async throws {
        let looks = [[Self.gpu(0, used: 400)], [Self.gpu(0, used: 300)], [Self.gpu(0, used: 100)]]
        #expect(try await wait(target: 0.5, ScriptedMonitor(looks)).memoryUsed == 400)
        #expect(try await wait(target: 0.5, limit: 300, ScriptedMonitor(looks)).memoryUsed == 300)
        #expect(try await wait(target: 0.2, limit: 300, ScriptedMonitor(looks)).memoryUsed == 100)
    }

    @Test("a GPU that stays in use is given up after the looks that were asked for, without a sleep behind the last")
    func givenUp() async {
        let monitor = ScriptedMonitor([[Self.gpu(0, used: 500)]])
        let clock = InstantClock()
        let error = await #expect(throws: StateError.self) {
            try await wait(target: 0.25, limit: 200, retries: 3, monitor, clock)
        }
        #expect(error?.code == .timedOut)
        #expect(
            error?.description == "GPU 0: still in use after 3 looks, 5.0 seconds apart: 500 of 1000 bytes of its "
                + "memory; a share of 0.25, and 200 bytes, would be free")
        #expect(monitor.looksTaken == 3 && clock.slept.count == 2)
    }

    @Test("a GPU is found by its number, by digits, and by its UUID or the beginning of one")
    func ids() async throws {
        let gpus = [Self.gpu(3, used: 0, uuid: "GPU-12ab"), Self.gpu(1, used: 0, uuid: "GPU-12cd")]
        let monitor = ScriptedMonitor([gpus])
        let cases: [(GPUID, Int)] = [(1, 1), ("3", 3), ("GPU-12cd", 1), ("GPU-12a", 3), (GPUID("gpu-12AB"), 3)]
        for (id, index) in cases { #expect(try await wait(for: id, monitor).index == index) }
        let problems: [(GPUID, String)] = [
            (2, "GPU 2: there is no such GPU; there are 3 (GPU-12ab), 1 (GPU-12cd)"),
            ("GPU-3", "GPU GPU-3: there is no such GPU; there are 3 (GPU-12ab), 1 (GPU-12cd)"),
            ("", "GPU : there is no such GPU; there are 3 (GPU-12ab), 1 (GPU-12cd)"),
            (
                "GPU-12",
                "GPU GPU-12: several GPUs have a UUID that begins so; there are 3 (GPU-12ab), 1 (GPU-12cd)"
            ),
        ]
        for (id, message) in problems {
            let error = await #expect(throws: StateError.self) { try await wait(for: id, monitor) }
            #expect(error?.description == message && error?.code == .notFound)
        }
        let none = await #expect(throws: StateError.self) { try await wait(ScriptedMonitor([[]])) }
        #expect(none?.description == "GPU 0: there is no such GPU, nor any other")
    }

    @Test("without an id the first visible GPU is meant, and none where none is visible")
    func visible() throws {
        #expect(try firstVisibleGPU(nil) == .index(0))
        #expect(try firstVisibleGPU(["2", "0"]) == .index(2))
        #expect(try firstVisibleGPU(["GPU-a"]) == .uuid("GPU-a"))
        let error = #expect(throws: StateError.self) { try firstVisibleGPU([]) }
        #expect(error?.description == "CUDA_VISIBLE_DEVICES: names no GPU, so that none may be used")
    }

    @Test("arguments that cannot be are refused before anything is asked")
    func arguments() {
        func error(
            _ target: Double = 0.1, _ limit: Int? = nil, _ retries: Int = 1, _ delay: Duration = .zero
        ) -> String? {
            #expect(throws: StateError.self) {
                try GPUWait(id: 0, targetUtilization: target, memoryLimit: limit, retries: retries, delay: delay)
            }?.description
        }
        #expect(error(-0.1) == "targetUtilization: -0.1 is out of range (allowed: 0...1)")
        #expect(error(.nan) == "targetUtilization: nan is out of range (allowed: 0...1)")
        #expect(error(1.5) == "targetUtilization: 1.5 is out of range (allowed: 0...1)")
        #expect(error(0.1, -1) == "memoryLimit: -1 is out of range (allowed: at least 0)")
        #expect(error(0.1, 1, 0) == "retries: 0 is out of range (allowed: at least 1)")
        #expect(error(0.1, 1, 1, .seconds(-1)) == "delay: -1.0 seconds is out of range (allowed: at least 0)")
    }

    @Test("a wait ends when its task is cancelled, while it sleeps")
    func cancelled() async {
        let monitor = ScriptedMonitor([[Self.gpu(0, used: 500)]])
        let task = Task {
            try await GPUWait(
                id: 0, targetUtilization: 0, memoryLimit: nil, retries: .max, delay: .seconds(1_000_000)
            ).run(asking: monitor, clock: ContinuousClock())
        }
        while monitor.looksTaken == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(monitor.looksTaken == 1)
    }
}
