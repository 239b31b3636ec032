import Foundation
import Rein
import Testing

@testable import ReinCommand

@Suite("The records of a run", .timeLimit(.minutes(30)))
struct RecordsTests {
    private func iterations(_ scratch: Scratch) throws -> (rows: [Int], results: [Int]) {
        let rows = try scratch.text("run/progress.csv").split(separator: "\n").dropFirst()
        let results = try scratch.text("run/result.json").split(separator: "\n")
        return (
            rows.compactMap { Int($0.prefix { $0 != "," }) },
            try results.map { try document(String($0)).int("iteration") }
        )
    }

    private func resume(_ scratch: Scratch, steps: Int) throws -> CommandProcess.Outcome {
        let outcome = try scratch.rein("train", "--resume", "run", "--stop-steps", "\(steps)", "--quiet")
        #expect(outcome.code == 0, "\(outcome.errors)")
        return outcome
    }

    @Test("Damaged at their beginning they are set aside and said, and new ones begun", arguments: 0..<4)
    func damagedBeginning(_ kind: Int) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        for name in ["progress.csv", "result.json"] {
            var bytes = Data(try scratch.text("run/\(name)").utf8)
            switch kind {
            case 0: bytes.replaceSubrange(0..<40, with: Data(count: 40))
            case 1: bytes = Data(count: 4096)
            case 2: bytes = Data((0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37 | 0x80) } + [0x0A])
            default: bytes = Data("\n\n\n".utf8)
            }
            try bytes.write(to: scratch.directory.appendingPathComponent("run/\(name)"))
        }
        let before = try scratch.files("run")
        let outcome = try resume(scratch, steps: 128)
        #expect(try iterations(scratch) == ([3, 4], [3, 4]))
        for name in ["progress.csv", "result.json"] {
            // Zeros without an end are no more than a last line that does not end.
            guard kind != 1 else { continue }
            #expect(outcome.errors.contains("run/\(name).damaged"), "\(outcome.errors)")
            #expect(try scratch.files("run")["\(name).damaged"] == before[name])
        }
    }

    @Test("Damaged in the middle they are set aside, and go on with what is good")
    func damagedMiddle() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 128)
        for name in ["progress.csv", "result.json"] {
            var lines = try scratch.text("run/\(name)").split(separator: "\n").map(String.init)
            let index = lines.count - 3
            lines[index] = String(repeating: "\0", count: 20) + lines[index].dropFirst(20)
            try scratch.write(lines.joined(separator: "\n") + "\n", to: "run/\(name)")
        }
        let before = try scratch.files("run")
        let outcome = try resume(scratch, steps: 160)
        #expect(try iterations(scratch) == ([1, 3, 4, 5], [1, 3, 4, 5]))
        #expect(outcome.errors.contains("run/progress.csv, line 3, is damaged"), "\(outcome.errors)")
        #expect(outcome.errors.contains("run/result.json, line 2, is damaged"), "\(outcome.errors)")
        for name in ["progress.csv", "result.json"] {
            #expect(try scratch.files("run")["\(name).damaged"] == before[name])
        }
    }

    @Test("What is in their place and is no file is set aside too", arguments: 0..<3)
    func noFile(_ kind: Int) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        for name in ["progress.csv", "result.json"] {
            let path = scratch.path("run/\(name)")
            try FileManager.default.removeItem(atPath: path)
            switch kind {
            case 0: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case 1: #expect(mkfifo(path, 0o666) == 0)
            default: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
            }
        }
        let outcome = try resume(scratch, steps: 96)
        #expect(outcome.errors.contains("run/progress.csv.damaged"), "\(outcome.errors)")
        #expect(outcome.errors.contains("run/result.json.damaged"), "\(outcome.errors)")
        #expect(try iterations(scratch) == ([3], [3]))
    }

    @Test("A column that was not there joins the table, and the rows before have empty cells in it")
    func otherColumns() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        let text = try scratch.text("run/progress.csv").replacingOccurrences(of: "policyLoss", with: "loss")
        try scratch.write(text, to: "run/progress.csv")
        #expect(try resume(scratch, steps: 96).errors == "")
        #expect(try iterations(scratch) == ([1, 2, 3], [1, 2, 3]))
        let before = text.split(separator: "\n")
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows[0] == before[0] + ",policies/default_policy/policyLoss")
        #expect(rows[1...2] == [before[1] + ",", before[2] + ","])
        #expect(rows[3].split(separator: ",", omittingEmptySubsequences: false).last?.isEmpty == false)
    }

    @Test(
        "On a full disk training goes on; with room again records and checkpoint are complete", .withoutSanitizer)
    func fullDisk() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            [
                "train", "--output", "run", "--stop-steps", "1000000000", "--quiet", "--checkpoint-every", "20",
                "--set", "network.hidden=[128,128]",
            ] + Scratch.tiny.dropLast(2), in: scratch.directory, fileSizeLimit: 40)
        try wait {
            let errors = process.errorsSoFar
            return errors.contains("cannot save a checkpoint") && errors.contains("waits")
        }
        #expect(!scratch.exists("run/checkpoint_000000"))
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("run"))
        #expect(!names.contains { $0.contains("partial") }, "\(names)")
        let room = Process()
        room.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
        room.arguments = ["--pid", "\(process.processID)", "--fsize=unlimited:"]
        try room.run()
        room.waitUntilExit()
        try #require(room.terminationStatus == 0)
        try wait {
            let errors = process.errorsSoFar
            return errors.contains("is saved after all") && errors.contains("written again")
        }
        process.send(SIGTERM)
        #expect(try process.wait().code == 130)
        try scratch.done(["verify", "run"])
        let (rows, results) = try iterations(scratch)
        #expect(rows == Array(1...rows.count) && results == rows)
    }

    @Test("On a disk that stays full the end is an error that says what is lost", .withoutSanitizer)
    func fullDiskAtTheEnd() throws {
        let scratch = try Scratch()
        let outcome = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "64", "--quiet", "--set", "network.hidden=[128,128]"]
                + Scratch.tiny.dropLast(2), in: scratch.directory, fileSizeLimit: 40
        ).wait()
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("iterations 1 to 2 are lost"), "\(outcome.errors)")
        #expect(outcome.errors.contains("trying once more"), "\(outcome.errors)")
        let records = try CommandProcess(
            ["train", "--output", "other", "--stop-steps", "3200", "--quiet"] + Scratch.tiny, in: scratch.directory,
            fileSizeLimit: 20
        ).wait()
        #expect(records.code == 1)
        #expect(records.errors.contains("lines are lost"), "\(records.errors)")
        try scratch.done(["verify", "other"])
        let rows = try scratch.text("other/result.json").split(separator: "\n")
        #expect(try rows.map { try document(String($0)).int("iteration") } == Array(1...rows.count))
    }
}
