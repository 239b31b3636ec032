import ReinNumerics
import Synchronization
import Testing

@Suite("Worker pools")
struct WorkerPoolTests {
    @Test("Every piece runs exactly once, for any number of threads", arguments: [1, 2, 3, 8, 16])
    func everyPieceOnce(threads: Int) {
        let pool = WorkerPool(threads: threads)
        #expect(pool.threadCount == threads)
        for pieces in [0, 1, 2, 3, 7, 64, 1_000] {
            let counts = AlignedBuffer<Int32>(count: pieces)
            pool.run(pieces: pieces) { counts.pointer[$0] += 1 }
            #expect(counts.elements.allSatisfy { $0 == 1 })
        }
    }

    @Test("Many short tasks in a row lose nothing", arguments: [2, 4, 13])
    func manyTasks(threads: Int) {
        let pool = WorkerPool(threads: threads)
        let sums = AlignedBuffer<Int>(count: 5)
        for task in 0..<3_000 {
            pool.run(pieces: 5) { sums.pointer[$0] += task }
            // Long enough, now and then, for the threads to fall asleep.
            if task % 1_000 == 999 { try? spin(milliseconds: 5) }
        }
        #expect(sums.elements.allSatisfy { $0 == 3_000 * 2_999 / 2 })
    }

    @Test("Pieces of uneven length are all done when run returns")
    func unevenPieces() {
        let pool = WorkerPool(threads: 2)
        let results = AlignedBuffer<Double>(count: 9)
        for _ in 0..<50 {
            results.clear()
            pool.run(pieces: 9) { piece in
                var sum = 0.0
                for step in 0..<(piece % 3 == 0 ? 3_000 : 10) { sum += Double(step) }
                results.pointer[piece] = sum + 1
            }
            #expect(results.elements.allSatisfy { $0 >= 1 })
        }
    }

    @Test("Pools come and go, used or not")
    func lifetimes() {
        for round in 0..<50 {
            let pool = WorkerPool(threads: 1 + round % 5)
            let total = Atomic<Int>(0)
            if round % 2 == 0 { pool.run(pieces: 10) { total.add($0, ordering: .relaxed) } }
            #expect(total.load(ordering: .relaxed) == (round % 2 == 0 ? 45 : 0))
        }
    }

    @Test("Two pools work side by side")
    func twoPools() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let pool = WorkerPool(threads: 3)
                    let counts = AlignedBuffer<Int32>(count: 6)
                    for _ in 0..<300 { pool.run(pieces: 6) { counts.pointer[$0] += 1 } }
                    return counts.elements.allSatisfy { $0 == 300 }
                }
            }
            for await right in group { #expect(right) }
        }
    }

    #if !canImport(Darwin)
    @Test("Running a task from inside a task is a programmer's error")
    func nestedRun() async {
        await #expect(processExitsWith: .failure) {
            let pool = WorkerPool(threads: 2)
            pool.run(pieces: 2) { _ in pool.run(pieces: 2) { _ in } }
        }
    }
    #endif

    private func spin(milliseconds: Int64) throws {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .milliseconds(milliseconds))
        while clock.now < end {}
    }
}
