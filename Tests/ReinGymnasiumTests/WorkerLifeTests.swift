import CAllocationCounter
import Dispatch
import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinProcesses
import Synchronization
import Testing

@testable import ReinGymnasium

/// The numbers of rounds and of workers that `Scripts/campaigns/worker-starts` asks for.
private let campaign: [Int] = ["REIN_WORKER_ROUNDS", "REIN_WORKERS"].compactMap {
    ProcessInfo.processInfo.environment[$0].flatMap { Int($0) }
}

/// Workers from their start to their end.
@Suite(
    .enabled(if: FakeWorker.isThere, "\(FakeWorker.message)"), .timeLimit(.minutes(campaign.isEmpty ? 5 : 60)),
    .serialized)
struct WorkerLifeTests {
    private func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 }

    /// Waits a few seconds for something.
    private func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test("Workers are used again, and end with the last who may use them")
    func idleWorkers() throws {
        var processes: [Int32] = []
        do {
            let idle = try FakeWorker.idle([:])
            let specification = FakeWorker.specification(idle, workers: 3)
            for _ in 0..<3 {
                let lanes = Lanes(specification, seeds: [0, 1, 2, 3])
                try lanes.reset()
                _ = try lanes.run(3)
            }
            let workers = try idle.take(3)
            #expect(Set(workers.map(\.number)) == [1, 2, 3])
            processes = workers.map(\.processID)
            workers.forEach(idle.giveBack)
            #expect(processes.allSatisfy(isAlive))
        }
        #expect(eventually { !processes.contains(where: isAlive) })
    }

    @Test("A worker with a request under way is no idle one")
    func busyWorker() throws {
        let idle = try FakeWorker.idle([:])
        let specification = FakeWorker.specification(idle)
        do {
            let lanes = Lanes(specification, seeds: [0])
            try lanes.reset()
            try lanes.vector.beginStep(0..<1, actions: lanes.actions.pointer)
        }
        #expect(try idle.take(1).map(\.number) == [2])
    }

    /// Starts and stops workers, in four ways in turn.
    private func startAndStop(_ count: Int, round: Int) throws {
        var processes: [Int32] = []
        do {
            let idle = try FakeWorker.idle(["mode": round % 4 == 3 ? "hang" : "good", "when": 1])
            let workers = try idle.take(count)
            processes = workers.map(\.processID)
            if round % 4 == 1 { workers.forEach(idle.giveBack) }
            if round % 4 == 2 { for process in processes { kill(process, SIGKILL) } }
        }
        #expect(eventually { !processes.contains(where: isAlive) }, "round \(round)")
    }

    @Test("Workers that are started and stopped leave no process, however they are stopped")
    func noProcessLeft() throws {
        for round in 0..<4 { try startAndStop(16, round: round) }
    }

    /// Descriptors are those of the whole process, so that it must run alone.
    @Test(
        "Workers that are started and stopped many times leave no descriptor either", .enabled(if: campaign.count == 2))
    func noDescriptorLeft() throws {
        func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        let workers = campaign[1]
        // What the first ones open for all.
        for round in 0..<4 { try startAndStop(workers, round: round) }
        let before = try descriptors()
        for round in 4..<4 + campaign[0] { try startAndStop(workers, round: round) }
        // Threads that see to the ends of workers are a moment behind.
        #expect(eventually { (try? descriptors()) == before })
        print("\(campaign[0]) rounds of \(workers) workers: \(try descriptors()) descriptors, \(before) before")
    }

    @Test("Lines are handed on with who printed them, once for all workers, and not for ever")
    func output() throws {
        let printed = Printed()
        do {
            let specification = try FakeWorker.specification(
                ["mode": "print", "when": 1, "lane": 0, "spaces": ["notes": ["old\nfashioned"]]], workers: 2,
                output: printed.output)
            let lanes = Lanes(specification, seeds: [0, 1])
            try lanes.reset()
            try lanes.step()
        }
        #expect(eventually { printed.lines.last?.contains("the rest is not shown") == true })
        var lines = printed.lines
        #expect(lines.removeFirst() == "[python:fake] old fashioned")
        #expect(lines[0] == "[python:fake, worker 1] 0: it is a long way to the end of what is to be said")
        #expect(lines.joined().utf8.count < 2 * OutputLines.byteLimit)
    }

    @Test("What several workers say alike is said once; control characters are shown, and unfinished lines too")
    func lines() throws {
        let pipe = try OpenStream.pipe()
        let sources = (1...2).map { WorkerOutput.Source(pipe.reading, environment: "e", worker: $0) {} }
        var lines = OutputLines()
        var written = ""
        func take(_ text: String, _ worker: Int) {
            lines.take(Array(text.utf8)[...], of: sources[worker - 1]) { written += $0 }
        }
        take("warning\nb", 1)
        take("warning\nown\n", 2)
        take("oth\u{1b}[31m\nwarning\nwarning\nwarning\n\rrest\nrest", 1)
        lines.end(sources[0]) { written += $0 }
        let own = "[e, worker 1] "
        let expected = [
            "warning", "both\\u{1b}[31m", "warning", "(the same 2 times more)", "rest", "(the same 1 times more)",
        ]
        #expect(
            written.replacing("[e, worker 2] own\n", with: "") == expected.map { "\(own)\($0)\n" }.joined())
        #expect(written.contains("[e, worker 2] own\n") && !written.contains("[e, worker 2] warning"))
    }

    @Test("Threads step pieces of one worker at the same time, and get what one thread gets")
    func threads() throws {
        let pieces = LaneDivision.pieces(of: 16)
        func trace(isConcurrent: Bool) throws -> [[[UInt64]]] {
            let lanes = Lanes(try FakeWorker.specification(["length": 7]), seeds: (0..<16).map { $0 }, pieces: pieces)
            try lanes.reset()
            let vector = lanes.vector
            // Each thread has rows of its own, of which the vector touches those of the piece.
            let results = Mutex([[[UInt64]]](repeating: [], count: pieces.count))
            @Sendable func play(_ index: Int) {
                let actions = AlignedBuffer<Float>(count: 16)
                let (observations, finals) = (AlignedBuffer<Float>(count: 48), AlignedBuffer<Float>(count: 48))
                let (rewards, statuses) = (AlignedBuffer<Double>(count: 16), AlignedBuffer<Status>(count: 16))
                var trace: [[UInt64]] = []
                for step in 0..<300 {
                    for lane in pieces[index] { actions[lane] = Float((step + lane) % 2) }
                    try? vector.step(
                        pieces[index], actions: actions.pointer, observations: observations.pointer,
                        finalObservations: finals.pointer, rewards: rewards.pointer, statuses: statuses.pointer)
                    trace.append(
                        (observations.elements.map { UInt64($0.bitPattern) }) + rewards.elements.map(\.bitPattern))
                }
                results.withLock { $0[index] = trace }
            }
            if isConcurrent {
                DispatchQueue.concurrentPerform(iterations: pieces.count) { play($0) }
            } else {
                for index in pieces.indices { play(index) }
            }
            return results.withLock { $0 }
        }
        let expected = try trace(isConcurrent: false)
        #expect(expected.allSatisfy { $0.count == 300 && Set($0).count > 10 })
        for _ in 0..<3 { #expect(try trace(isConcurrent: true) == expected) }
    }

    @Test("A step allocates nothing", .enabled(if: allocation_counter_is_available() != 0))
    func allocations() throws {
        for masks in [false, true] {
            let specification = try FakeWorker.specification(["masks": .bool(masks), "length": 30], workers: 2)
            let lanes = Lanes(specification, seeds: (0..<8).map { $0 })
            try lanes.reset()
            _ = try lanes.run(40, pieces: [0..<4, 4..<8])
            let vector = lanes.vector
            let (observations, finals) = (lanes.observations.pointer, lanes.finals.pointer)
            let (rewards, statuses, actions) = (lanes.rewards.pointer, lanes.statuses.pointer, lanes.actions.pointer)
            func step(_ count: Int) throws {
                for _ in 0..<count {
                    try vector.beginStep(0..<4, actions: actions)
                    try vector.beginStep(4..<8, actions: actions)
                    for piece in stride(from: 0, to: 8, by: 4) {
                        try vector.finishStep(
                            piece..<piece + 4, actions: actions, observations: observations,
                            finalObservations: finals, rewards: rewards, statuses: statuses,
                            masks: masks ? lanes.masks.pointer : nil,
                            finalMasks: masks ? lanes.finalMasks.pointer : nil)
                    }
                }
            }
            // What is made once is made.
            try step(1)
            allocation_counter_start()
            try step(100)
            let allocations = allocation_counter_stop()
            #expect(allocations == 0)
        }
    }
}
