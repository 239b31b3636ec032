#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Testing

@testable import ReinTune

/// A tuner whose process gets SIGKILL at random moments.
@Suite(.timeLimit(.minutes(15))) struct KilledTunerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: String
        var placement: String
        var testDescription: String { "\(kind) in \(placement)" }
    }

    static let cases = ["asha", "population"].flatMap { kind in
        ["threads", "processes"].map { Case(kind: kind, placement: $0) }
    }

    private static func start(_ one: Case, in folder: String) throws -> (process: Process, output: Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ProcessProbe.path)
        process.arguments = ["tune", one.kind, one.placement, folder]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output)
    }

    /// Lets the experiment come to its end.
    ///
    /// - Returns: what was decided, and how long it took.
    private static func finish(_ one: Case, in folder: String) throws -> (text: String, duration: Duration) {
        let begun = ContinuousClock.now
        let (process, output) = try start(one, in: folder)
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return (String(decoding: data, as: UTF8.self), ContinuousClock.now - begun)
    }

    /// The processes that have an argument.
    private static func processes(with argument: String) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int($0) }.filter { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
            return line.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == argument }
                && ProcessProbe.isRunning(process)
        }
    }

    /// What lies in a folder and belongs to nothing.
    private static func remains(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            let name = path.split(separator: "/").last ?? ""
            return path.contains("partial") || path.contains("taken-over")
                || (name.hasPrefix(".") && ![".lock", ".checkpoints.jsonl", ".trainable.json"].contains(name))
        }
    }

    /// What the records of each trial tell, in the order of trials.
    private static func results(_ folder: String) throws -> [[String]] {
        let contents = ExperimentContents(folder: folder)
        return try contents.trials.map { trial in
            try rows(in: "\(folder)/\(trial)").map { row in
                "\(try row.int("training_iteration")) \(try row.double("height")) \(try row.child("config").tree)"
            }
        }
    }

    @Test("Killed at any moment, moved and copied, it comes to the same decisions", arguments: cases)
    func killed(_ one: Case) async throws {
        try await withTemporaryDirectory { folder in
            // The names of trials follow from that of the folder.
            let whole = try Self.finish(one, in: "\(folder)/whole/e")
            #expect(whole.text.split(separator: "\n").count == 6 && !whole.text.contains("warning"), "\(whole.text)")
            var random = RandomStream(seed: 9, name: one.testDescription)
            var place = "\(folder)/0/e"
            for kill in 1...3 {
                let (process, _) = try Self.start(one, in: place)
                let moment = Double.random(in: 0..<1, using: &random) * (whole.duration / .seconds(1))
                try await Task.sleep(for: .seconds(moment))
                process.terminate(by: SIGKILL)
                process.waitUntilExit()
                // Its children see for themselves that it is gone.
                while try !Self.processes(with: place).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
                let next = "\(folder)/\(kill)/e"
                guard FileManager.default.fileExists(atPath: place) else { continue }
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(kill)", withIntermediateDirectories: true)
                if kill.isMultiple(of: 2) {
                    try FileManager.default.copyItem(atPath: place, toPath: next)
                } else {
                    try FileManager.default.moveItem(atPath: place, toPath: next)
                }
                place = next
            }
            #expect(try Self.finish(one, in: place).text == whole.text)
            #expect(try Self.remains(place) == [])
            #expect(try Self.results(place) == Self.results("\(folder)/whole/e"))
            #expect(try Self.processes(with: place).isEmpty)
        }
    }

    @Test("Threads and processes decide alike, wherever the experiment's folder is")
    func placements() throws {
        try withTemporaryDirectory { folder in
            for kind in ["asha", "population", "parzen"] {
                let texts = try ["threads", "processes"].map { placement in
                    try Self.finish(Case(kind: kind, placement: placement), in: "\(folder)/\(placement)\(kind)/e").text
                }
                #expect(texts[0] == texts[1])
            }
        }
    }

    @Test("Where no file may grow any more, it ends with an error that says so, and goes on when it may")
    func fullDisk() throws {
        try withTemporaryDirectory { folder in
            let one = Case(kind: "population", placement: "threads")
            let whole = try Self.finish(one, in: "\(folder)/whole/e").text
            for kilobytes in [1, 4, 8] {
                let place = "\(folder)/\(kilobytes)/e"
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/bin/bash")
                // As on a disk that is full, writing fails; the signal would end the process.
                process.arguments = [
                    "-c", "trap '' XFSZ; ulimit -f \(kilobytes); exec \"$0\" tune population threads \"$1\"",
                    ProcessProbe.path, place,
                ]
                let output = Pipe()
                process.standardOutput = output
                try process.run()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text)")
                #expect(text.contains("journal.jsonl") && text.contains("File too large"), "\(text)")
                #expect(try Self.finish(one, in: place).text == whole)
            }
        }
    }
}

extension Process {
    /// Sends a signal, unless it has ended.
    fileprivate func terminate(by signal: Int32) { if isRunning { kill(processIdentifier, signal) } }
}
#endif
