import CAllocationCounter
import ReinNumerics
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("Worker pools")
struct WorkerPoolTests {
    @Test("Every shard runs exactly once, for any number of threads", arguments: [1, 2, 3, 8, 16])
    func everyShardOnce(threads: Int) throws {
        let pool = try WorkerPool(threads: threads)
        #expect(pool.threadCount == threads)
        for shards in [0, 1, 2, 3, 7, 64, 1_000] {
            let counts = AlignedBuffer<Int32>(count: shards)
            pool.run(shards: shards) { counts.pointer[$0] += 1 }
            #expect(counts.elements.allSatisfy { $0 == 1 })
        }
    }

    @Test("Many short tasks in a row lose nothing", arguments: [2, 4, 13])
    func manyTasks(threads: Int) throws {
        let pool = try WorkerPool(threads: threads)
        let sums = AlignedBuffer<Int>(count: 5)
        for task in 0..<3_000 {
            pool.run(shards: 5) { sums.pointer[$0] += task }
            // Long enough, now and then, for the threads to fall asleep.
            if task % 1_000 == 999 { try? spin(milliseconds: 5) }
        }
        #expect(sums.elements.allSatisfy { $0 == 3_000 * 2_999 / 2 })
    }

    @Test("Shards of uneven length are all done when run returns")
    func unevenShards() throws {
        let pool = try WorkerPool(threads: 2)
        let results = AlignedBuffer<Double>(count: 9)
        for _ in 0..<50 {
            results.clear()
            pool.run(shards: 9) { shard in
                var sum = 0.0
                for step in 0..<(shard % 3 == 0 ? 3_000 : 10) { sum += Double(step) }
                results.pointer[shard] = sum + 1
            }
            #expect(results.elements.allSatisfy { $0 >= 1 })
        }
    }

    @Test("Pools come and go, used or not")
    func lifetimes() throws {
        for round in 0..<50 {
            let pool = try WorkerPool(threads: 1 + round % 5)
            let total = Atomic<Int>(0)
            if round % 2 == 0 { pool.run(shards: 10) { total.add($0, ordering: .relaxed) } }
            #expect(total.load(ordering: .relaxed) == (round % 2 == 0 ? 45 : 0))
        }
    }

    @Test("Two pools work side by side")
    func twoPools() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let pool = try WorkerPool(threads: 3)
                    let counts = AlignedBuffer<Int32>(count: 6)
                    for _ in 0..<300 { pool.run(shards: 6) { counts.pointer[$0] += 1 } }
                    return counts.elements.allSatisfy { $0 == 300 }
                }
            }
            for try await right in group { #expect(right) }
        }
    }

    #if !canImport(Darwin)
    @Test("Running a task from inside a task is a programmer's error")
    func nestedRun() async {
        await #expect(processExitsWith: .failure) {
            let pool = try WorkerPool(threads: 2)
            pool.run(shards: 2) { _ in pool.run(shards: 2) { _ in } }
        }
    }
    #endif

    #if os(Linux)
    @Test(
        "A pool that the system has no memory for says how many threads there are, and leaves none behind",
        .disabled(if: sanitizer_is_at_work() != 0, "a sanitizer needs addresses without end"))
    func limitedMemory() async {
        await #expect(processExitsWith: .exitCode(7)) {
            var limit = rlimit()
            limit.rlim_cur = rlim_t(try Self.memoryInUse() + 200 << 20)
            limit.rlim_max = limit.rlim_cur
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
            let before = try Self.threadCount()
            // More than once: a pool that failed gives back what it took.
            for _ in 0..<20 {
                let error = try #require(throws: ThreadError.self) { _ = try WorkerPool(threads: 2_000) }
                try #require(error.wanted == 2_000 && (2..<2_000).contains(error.started))
                try #require(
                    error.description.hasPrefix("cannot start 2000 threads, the system gives \(error.started): "))
                // The runtime's own threads come and go, too.
                var waits = 0
                while try Self.threadCount() > before + 4, waits < 5_000 {
                    usleep(1_000)
                    waits += 1
                }
                try #require(waits < 5_000)
            }
            let pool = try WorkerPool(threads: 3)
            let sum = Atomic<Int>(0)
            pool.run(shards: 10) { sum.add($0, ordering: .relaxed) }
            // Not `exit`, which joins OpenBLAS's own thread: that one may have begun so late that it finds no memory, and
            // then asks for it for ever.
            _exit(sum.load(ordering: .relaxed) == 45 ? 7 : 1)
        }
    }

    /// The address space of this process, in bytes.
    private static func memoryInUse() throws -> Int {
        let pages = try #require(Int(contents(of: "/proc/self/statm").prefix { $0 != " " }))
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    private static func threadCount() throws -> Int {
        let line = try #require(
            contents(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Threads:") })
        return try #require(Int(line.filter(\.isNumber)))
    }

    private static func contents(of path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
    #endif

    private func spin(milliseconds: Int64) throws {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .milliseconds(milliseconds))
        while clock.now < end {}
    }
}
