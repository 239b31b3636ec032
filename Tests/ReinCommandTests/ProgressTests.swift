import Foundation
import Rein
import Testing

@testable import ReinCommand

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Progress")
struct ProgressTests {
    @Test("There is a line before the first iteration, and a step count that iterations meet")
    func beginning() throws {
        let scratch = try Scratch()
        let lines = try scratch.done(["train", "--output", "run", "--stop-steps", "50"] + Scratch.tiny).errors
            .split(separator: "\n").map(String.init)
        #expect(lines[0].hasSuffix(", seed 0, to 50 steps (64, since an iteration has 32)"), "\(lines[0])")
        #expect(lines.contains("0 of 64 steps (0%)  return -"), "\(lines)")
        let resumed = try scratch.done(["train", "--resume", "run", "--stop-steps", "96"]).errors
        #expect(resumed.contains("from step 64, to 96 steps\n"), "\(resumed)")
        #expect(resumed.contains("\n64 of 96 steps (67%)  return "), "\(resumed)")
    }

    @Test(
        "The last step of a run is that of the first iteration that is enough",
        arguments: [
            (1500, 0, 1024, 2048), (2048, 0, 1024, 2048), (2049, 2048, 1024, 3072), (1, 0, 1, 1), (0, 0, 8, 0),
            (10, 20, 8, 20), (Int.max, 0, 1024, Int.max),
        ])
    func lastStep(_ steps: Int, _ done: Int, _ iteration: Int, _ last: Int) {
        #expect(StopCriteria(steps: steps).lastStep(after: done, stepsPerIteration: iteration) == last)
    }

    @Test("With several agents the returns of the policies are shown, the last known ones where no episode ended")
    func policies() {
        var line = ProgressLine(
            counters: TrainingCounters(), stop: StopCriteria(meanReturn: 1), stepsPerIteration: 32)
        var result = TrainingResult()
        for (id, mean) in [("a", 0.5), ("b", nil), ("c", nil), ("d", nil), ("e", nil)] as [(PolicyID, Double?)] {
            var report = PolicyReport(id: id)
            report.episodes = mean.flatMap { EpisodeSummary([Episode(totalReward: $0, length: 3)]) }
            result.policies.append(report)
        }
        line.update(result, showsPolicies: true)
        result.policies[0].episodes = nil
        result.policies[1].episodes = EpisodeSummary([Episode(totalReward: -1, length: 3)])
        line.update(result, showsPolicies: true)
        #expect(line.text(steps: 0, seconds: 1) == "0 steps  return - of 1 (a 0.5, b -1.0, c -, d - and 1 more)")
        line.update(result, showsPolicies: false)
        #expect(line.policies.count == 5)
    }

    @Test("The last evaluation stands beside the return")
    func evaluation() {
        let line = ProgressLine(
            counters: TrainingCounters(), evaluationMean: 3.5, stop: StopCriteria(meanReturn: 1), stepsPerIteration: 32)
        #expect(line.text(steps: 0, seconds: 1) == "0 steps  return - of 1  evaluation 3.5")
    }

    @Test("Policies are named in a game, and not where one plays alone")
    func game() throws {
        let scratch = try Scratch()
        let shared = try scratch.done(
            ["train", "--output", "game", "--environment", "TicTacToe-v3", "--stop-steps", "32"] + Scratch.tiny)
        #expect(shared.errors.contains("return - (default_policy -)"), "\(shared.errors)")
        let alone = try scratch.done(["train", "--output", "run", "--stop-steps", "32"] + Scratch.tiny)
        #expect(!alone.errors.contains("default_policy"), "\(alone.errors)")
    }

    @Test("A line in a terminal is cut to its width, and taken back whole when the terminal has become narrower")
    func terminalLine() {
        var line = TerminalLine()
        #expect(line.clearing(columns: 80).isEmpty)
        #expect(line.drawing("0123456789", columns: 8) == "\r0123456\u{1B}[J")
        #expect(line.drawing("0123456789", columns: 80) == "\r0123456789\u{1B}[J")
        // Ten columns on lines of four: the third line from the top is where the cursor is.
        #expect(line.drawing("ab", columns: 4) == "\u{1B}[2A\rab\u{1B}[J")
        #expect(line.drawing("abcd", columns: 4) == "\rabc\u{1B}[J")
        #expect(line.drawing("棋棋棋", columns: 6) == "\r棋棋\u{1B}[J")
        #expect(line.clearing(columns: 2) == "\u{1B}[1A\r\u{1B}[J")
        #expect(!line.isOpen)
        #expect(line.drawing("abc", columns: 1) == "\ra\u{1B}[J")
    }

    /// Trains for a moment with a terminal as standard error, and gives what came there.
    private func terminal(named name: String?, columns: UInt16) throws -> String {
        let scratch = try Scratch()
        var (master, slave): (Int32, Int32) = (0, 0)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&master, &slave, nil, nil, &size) == 0)
        let process = Process()
        process.executableURL = CommandProcess.executable
        process.arguments = ["train", "--output", "run", "--stop-steps", "64"] + Scratch.tiny
        process.currentDirectoryURL = scratch.directory
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "TERM" }
        if let name { process.environment?["TERM"] = name }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = bytes.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
        close(master)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test("A terminal that is dumb, or does not say what it is, gets no escapes", arguments: ["dumb", "", nil])
    func dumb(_ name: String?) throws {
        let text = try terminal(named: name, columns: 80)
        #expect(!text.contains("\u{1B}"), "\(text.debugDescription)")
        #expect(text.contains("0 of 64 steps (0%)  return -\r\n"), "\(text.debugDescription)")
    }

    @Test("Another terminal gets one line that is redrawn, and never wider than it is")
    func live() throws {
        let text = try terminal(named: "xterm", columns: 24)
        #expect(text.contains("\r0 of 64 steps (0%)  ret\u{1B}[J"), "\(text.debugDescription)")
    }
}
