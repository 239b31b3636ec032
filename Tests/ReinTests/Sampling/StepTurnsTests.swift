import ReinNumerics
import Testing

@testable import Rein

@Suite("Turns over pieces of the lanes")
struct StepTurnsTests {
    /// What was done, and what fails.
    private struct Work {
        var done: [[Int]]
        var isUnderWay: [Bool]
        /// Pieces that fail at a step, when it begins or when it is finished.
        var failing: [Int: (step: Int, atBegin: Bool)] = [:]
        var waits = 0

        init(pieces: Int) {
            done = Array(repeating: [], count: pieces)
            isUnderWay = Array(repeating: false, count: pieces)
        }
    }

    private func take(
        _ steps: Range<Int>, pieces: Int, failing: [Int: (step: Int, atBegin: Bool)] = [:], next: ([Range<Int>]) -> Int
    ) -> Work {
        var work = Work(pieces: pieces)
        work.failing = failing
        StepTurns.take(
            steps, in: pieces, lanes: { $0 * 4..<$0 * 4 + 4 },
            wait: { ranges in
                work.waits += 1
                #expect(ranges.count > 1 && ranges.allSatisfy { work.isUnderWay[$0.lowerBound / 4] })
                #expect(ranges.count == work.isUnderWay.count { $0 })
                return next(ranges)
            },
            begin: { piece, step in
                #expect(!work.isUnderWay[piece])
                if let fault = work.failing[piece], fault.atBegin, fault.step == step { return false }
                work.isUnderWay[piece] = true
                return true
            },
            finish: { piece, step in
                #expect(work.isUnderWay[piece])
                work.isUnderWay[piece] = false
                if let fault = work.failing[piece], !fault.atBegin, fault.step == step { return false }
                work.done[piece].append(step)
                return true
            })
        #expect(!work.isUnderWay.contains(true))
        return work
    }

    @Test(
        "Every piece takes every step in order, whoever is done first", arguments: [0, 1, 2, 5],
        [0..<0, 3..<4, 3..<40])
    func order(pieces: Int, steps: Range<Int>) {
        var random = RandomStream(seed: UInt64(pieces), name: "order")
        let orders: [([Range<Int>]) -> Int] = [
            { _ in 0 }, { $0.count - 1 }, { Int.random(in: $0.indices, using: &random) },
        ]
        for next in orders {
            let work = take(steps, pieces: pieces, next: next)
            #expect(work.done == Array(repeating: Array(steps), count: pieces))
            if pieces < 2 || steps.isEmpty { #expect(work.waits == 0) }
        }
    }

    @Test("A piece that fails is left, and the others take all of their steps")
    func faults() {
        for last in [false, true] {
            let work = take(0..<10, pieces: 4, failing: [0: (0, true), 1: (3, false), 3: (4, true)]) {
                last ? $0.count - 1 : 0
            }
            #expect(work.done == [[], [0, 1, 2], Array(0..<10), [0, 1, 2, 3]])
        }
        #expect(take(0..<10, pieces: 1, failing: [0: (2, false)]) { _ in 0 }.done == [[0, 1]])
    }
}
