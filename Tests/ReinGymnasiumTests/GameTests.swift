import CAllocationCounter
import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinTestSupport
import Testing

@testable import ReinGymnasium

/// Games of several agents in workers that need no package.
@Suite(.enabled(if: FakeWorker.isThere, "\(FakeWorker.message)"), .timeLimit(.minutes(5)))
struct GameTests {
    private static let seeds: [UInt64] = [3, 1 << 31, .max, 4, 5, 6, 7, 8]

    @Test("Games go on where they were, whatever the number of workers, after any number of steps", arguments: 0..<8)
    func exact(steps: Int) throws {
        let tables = Tables(try FakeWorker.game([:]), seeds: Self.seeds)
        try tables.reset()
        _ = try tables.run(steps)
        let state = tables.vector.state
        let expected = try tables.run(13)
        for workers in [1, 3] {
            let other = Tables(try FakeWorker.game([:], workers: workers), seeds: Self.seeds)
            #expect(try other.vector.restoreLanes(from: state) == RestoredLanes())
            #expect(other.vector.state == state)
            other.skip(to: steps)
            #expect(try other.run(13) == expected)
            #expect(other.vector.state == tables.vector.state)
        }
    }

    @Test("A game that is saved when it has ended is restored as the next one")
    func savedAtTheEnd() throws {
        let vector = try FakeWorker.game([:]).makeVector(seeds: [1, 2])
        try vector.reset(0..<2)
        for _ in 0..<5 { try vector.step(0..<2) }
        #expect(vector.episodeStatuses[0] == .truncated && !vector.acts.elements.contains(true))
        #expect(Array(vector.statuses.elements) == Array(repeating: .truncated, count: 4))
        let state = vector.state
        try vector.reset(0..<1)
        #expect(Array(vector.acts.elements) == [true, false, false, false])
        let other = try FakeWorker.game([:]).makeVector(seeds: [1, 2])
        #expect(try other.restoreLanes(from: state) == RestoredLanes())
        #expect(Array(other.acts.elements) == [true, false, true, false] && other.episodeStatuses[0] == .running)
        try vector.reset(1..<2)
        #expect(vector.state == other.state)
    }

    @Test(
        "What breaks the protocol is said, and no memory is lost",
        arguments: [
            ("stranger", "who acts and is not in play"), ("lastWords", "the status 3 of an episode"),
            ("status", "the status 3 of agent 0"),
        ])
    func broken(mode: String, words: String) throws {
        let tables = Tables(try FakeWorker.game(["mode": .string(mode)]), seeds: Self.seeds)
        let fault = #expect(throws: EnvironmentFault.self) {
            try tables.reset()
            _ = try tables.run(9)
        }
        #expect("\(try #require(fault))".contains(words))
    }

    @Test("Everybody who is in play is truncated when a worker is gone, and a new game begins")
    func restarts() throws {
        try withTemporaryDirectory { folder in
            let options: StateMap = ["mode": "kill", "when": 3, "lane": 1, "once": .string("\(folder)/once")]
            let tables = Tables(try FakeWorker.game(options, restarts: 1), seeds: [0, 1, 2, 3])
            try tables.reset()
            _ = try tables.run(2)
            let vector = tables.vector
            try vector.step(0..<4)
            for lane in 0..<2 {
                #expect(vector.episodeStatuses[lane] == .truncated)
                for place in [2 * lane, 2 * lane + 1] {
                    #expect(vector.statuses[place] == .truncated && vector.rewards[place] == 0 && !vector.inPlay[place])
                }
                #expect(vector.episodeStatuses[lane + 2] == .running)
                try vector.reset(lane..<lane + 1)
                #expect(vector.acts[2 * lane] && vector.inPlay[2 * lane + 1])
            }
            #expect(vector.incidents?.workerRestarts == 1 && vector.incidents?.episodesCutOff == 2)
            _ = try tables.run(20)
            #expect(vector.incidents?.workerRestarts == 1)
        }
    }

    @Test("A step allocates nothing", .enabled(if: allocation_counter_is_available() != 0))
    func allocations() throws {
        let vector = try FakeWorker.game(["length": 30]).makeVector(seeds: Self.seeds)
        try vector.reset(0..<8)
        func step(_ count: Int) throws {
            for _ in 0..<count {
                try vector.beginStep(0..<4)
                try vector.beginStep(4..<8)
                try vector.finishStep(0..<4)
                try vector.finishStep(4..<8)
                for lane in 0..<8 where vector.episodeStatuses.pointer[lane] != .running {
                    try vector.reset(lane..<lane + 1)
                }
            }
        }
        try step(40)
        allocation_counter_start()
        try step(100)
        let allocations = allocation_counter_stop()
        #expect(allocations == 0)
    }
}
