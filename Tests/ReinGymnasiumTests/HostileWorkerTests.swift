import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinTestSupport
import Testing

@testable import ReinGymnasium

@Suite(.enabled(if: FakeWorker.isThere, "\(FakeWorker.message)"), .timeLimit(.minutes(5)))
struct HostileWorkerTests {
    private static let hasty: WorkerLimits = {
        var limits = WorkerLimits()
        (limits.start, limits.step) = (.seconds(20), .seconds(1))
        return limits
    }()

    /// Steps until something goes wrong.
    private func fault(
        _ options: StateMap, lanes: Int = 4, workers: Int = 2, limits: WorkerLimits = hasty
    ) throws -> EnvironmentFault? {
        let lanes = Lanes(
            try FakeWorker.specification(options, limits: limits, workers: workers),
            seeds: (0..<UInt64(lanes)).map { $0 })
        do {
            try lanes.reset()
            for _ in 0..<20 { try lanes.step() }
            return nil
        } catch let fault as EnvironmentFault { return fault }
    }

    @Test(
        "What is no answer to the first message is said, and ends the worker",
        arguments: [
            ("garbage", "a message of"), ("huge", "a message of 4294967295 bytes"), ("cut", "ended with exit code 0"),
            ("noJSON", "no JSON object"), ("list", "expected an object"), ("other", #"expected "spaces""#),
            ("startExit", "exit code 5"), ("startError", "NameNotFound: out of paint"),
            ("startHang", "did not answer within 1.0 seconds"),
        ])
    func firstAnswers(mode: String, words: String) throws {
        var limits = Self.hasty
        if mode == "startHang" { limits.start = .seconds(1) }
        let error = #expect(throws: WorkerFailure.self) {
            try FakeWorker.idle(["mode": .string(mode)], limits: limits)
        }
        #expect(error?.words.contains(words) == true, "\(error?.words ?? "")")
        if mode == "startExit" { #expect(error?.words.contains("no licence") == true) }
    }

    @Test(
        "What breaks the protocol in a step is said, with the lanes",
        arguments: [
            ("wrongNumber", "the reply to request"), ("wrongByte", "the reply"), ("twice", "the reply"),
            ("status", "the status 7"), ("wrongReady", "ready is"),
        ])
    func brokenSteps(mode: String, words: String) throws {
        let fault = try #require(try fault(["mode": .string(mode)]))
        #expect(fault.isFailure && "\(fault)".contains("broke the protocol"))
        #expect("\(fault)".contains(words), "\(fault)")
    }

    @Test(
        "A worker that ends is said how, with lane, seed, step and what it printed last",
        arguments: [
            ("exit", "exit code 3"), ("kill", "signal 9 (SIGKILL)"), ("segfault", "signal 11 (SIGSEGV)"),
            ("orphan", "exit code 4"), ("hang", "did not answer within 1.0 seconds"),
            ("closeReplies", "it has closed a stream"),
        ], [0, 3])
    func ends(_ kind: (mode: String, words: String), step: Int) throws {
        let mode = kind.mode
        let fault = try #require(try fault(["mode": .string(mode), "when": .int(Int64(step)), "lane": 2]))
        #expect(fault.episode == .copy(2) && fault.step == step)
        let words = "\(fault)"
        #expect(words.contains(kind.words), "\(words)")
        #expect(words.contains(step == 0 ? "in the reset" : "in step 3 of the episode with seed 2"), "\(words)")
        if step == 3 { #expect(words.contains("with action [")) }
        if mode == "exit" { #expect(words.contains("so long")) }
    }

    @Test("Python's errors are told with traceback, lane, seed, step and action, and the worker goes on")
    func errors() throws {
        let options: StateMap = ["mode": "error", "when": 3, "lane": 2]
        let lanes = Lanes(try FakeWorker.specification(options, workers: 2), seeds: [0, 1, 2, 3])
        try lanes.reset()
        for _ in 0..<2 { try lanes.step() }
        let fault = #expect(throws: EnvironmentFault.self) { try lanes.step() }
        #expect(fault?.episode == .copy(2) && fault?.step == 3)
        let words = "\(try #require(fault))"
        #expect(words.contains("ValueError: out of paint") && words.contains("  line 7"))
        #expect(words.contains("in step 3 of the episode with seed 2 and action [") || words.contains("with action ["))
        #expect(!words.contains("\u{1b}"))
        // New episodes begin, and the others were not in their way.
        try lanes.reset()
        try lanes.step()
        #expect(lanes.observations[2 * 3 + 1] == 1)
    }

    @Test("Memory cannot be taken away, masks need not be 0 or 1, and nobody waits for a lot of output")
    func endured() throws {
        for mode in ["shrink", "print"] { #expect(try fault(["mode": .string(mode)], limits: WorkerLimits()) == nil) }
        let lanes = Lanes(try FakeWorker.specification(["masks": true]), seeds: [4, 5])
        try lanes.reset()
        #expect(Array(lanes.masks.elements) == [true, true, true, true])
        try lanes.step()
        #expect(Array(lanes.masks.elements) == [false, true, false, true])
        for _ in 0..<4 { try lanes.step() }
        #expect(lanes.statuses[0] == .truncated && Array(lanes.finalMasks.elements) == [true, true, true, true])
    }

    @Test("A worker with other spaces than the first is not taken")
    func otherSpaces() throws {
        try withTemporaryDirectory { folder in
            // The first worker makes the file, and the second finds it.
            let options: StateMap = ["mode": "grows", "once": .string("\(folder)/file")]
            let lanes = Lanes(try FakeWorker.specification(options, workers: 2), seeds: [0, 1])
            let fault = #expect(throws: EnvironmentFault.self) { try lanes.reset() }
            #expect("\(try #require(fault))".contains("other spaces than that of the first"))
        }
    }

    @Test("A worker that is gone is replaced, its episodes are truncated where they were last seen, and it is counted")
    func restarts() throws {
        try withTemporaryDirectory { folder in
            for mode in ["exit", "kill", "segfault", "hang", "wrongNumber"] {
                let options: StateMap = [
                    "mode": .string(mode), "when": 3, "lane": 2, "once": .string("\(folder)/\(mode)"), "length": 9,
                ]
                let specification = try FakeWorker.specification(
                    options, limits: Self.hasty, workers: 2, restarts: mode == "wrongNumber" ? 9 : 1)
                let lanes = Lanes(specification, seeds: [0, 1, 2, 3, 4, 5, 6, 7])
                try lanes.reset()
                for _ in 0..<2 { try lanes.step([0..<4, 4..<8]) }
                let last = Array(lanes.observations.elements)
                try lanes.step([0..<4, 4..<8])
                if mode == "wrongNumber" { continue }
                for lane in 0..<4 {
                    #expect(lanes.statuses[lane] == .truncated && lanes.rewards[lane] == 0)
                    #expect(
                        Array(lanes.finals.elements[lane * 3..<lane * 3 + 3]) == Array(last[lane * 3..<lane * 3 + 3]))
                    #expect(lanes.observations[lane * 3 + 1] == 0)
                    #expect(lanes.statuses[lane + 4] == .running && lanes.observations[lane * 3 + 13] == 3)
                }
                let incidents = try #require(lanes.vector.incidents)
                #expect(incidents.workerRestarts == 1 && incidents.episodesCutOff == 4)
                for _ in 0..<20 { try lanes.step() }
                #expect(lanes.vector.incidents == incidents)
            }
        }
    }

    @Test("The last that may be replaced is the last")
    func noMoreRestarts() throws {
        let specification = try FakeWorker.specification(["mode": "exit", "when": 3], restarts: 2)
        let lanes = Lanes(specification, seeds: [0, 1])
        try lanes.reset()
        // Each worker dies in the third step of its first episode.
        for _ in 0..<8 { try lanes.step() }
        #expect(lanes.vector.incidents?.workerRestarts == 2)
        #expect(throws: EnvironmentFault.self) { try lanes.step() }
    }
}
