import Foundation
import Rein
import Testing

@Suite("Directories that the system does not list", .timeLimit(.minutes(30)))
struct UnreadableDirectoryTests {
    /// A program that takes away the superuser's right to look everywhere; empty for other users, nil where the right
    /// cannot be taken away.
    private static let ordinaryUser: [String]? = {
        guard geteuid() == 0 else { return [] }
        let words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words + ["true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? words : nil
    }()

    private func rein(_ scratch: Scratch, _ arguments: [String]) throws -> CommandProcess.Outcome {
        try CommandProcess(
            arguments, in: scratch.directory, through: try #require(Self.ordinaryUser), ignoring: nil
        ).wait()
    }

    private func allow(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("A run whose checkpoints cannot be listed is none that has no checkpoint", .enabled(if: ordinaryUser != nil))
    func runs() throws {
        let scratch = try Scratch()
        try scratch.train("runs/one", steps: 96)
        try scratch.train("runs/two", steps: 96)
        let before = try scratch.files("runs/one")
        // What is in it can be opened by its name.
        try allow(0o300, scratch.path("runs/one"))
        defer { try? allow(0o700, scratch.path("runs/one")) }
        let commands = [
            ["train", "--resume", "runs/one", "--stop-steps", "128", "--quiet"], ["inspect", "runs/one"],
            ["verify", "runs/one"], ["evaluate", "runs/one"], ["runs", "runs/one"],
        ]
        for command in commands {
            let outcome = try rein(scratch, command)
            #expect(outcome.code == 1, "\(command)")
            #expect(outcome.errors.contains("runs/one: cannot "), "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains("ermission denied"), "\(command): \(outcome.errors)")
        }
        // The other one is listed all the same.
        let list = try rein(scratch, ["runs"])
        #expect(list.code == 1 && list.output.contains("runs/two") && list.errors.contains("runs/one: cannot "))
        try allow(0o700, scratch.path("runs/one"))
        #expect(try scratch.files("runs/one") == before)
    }

    @Test("A directory that cannot be looked into is none that is missing or free", .enabled(if: ordinaryUser != nil))
    func places() throws {
        let scratch = try Scratch()
        try scratch.train("closed/run", steps: 64)
        try scratch.train("run", steps: 64)
        try allow(0o600, scratch.path("closed"))
        defer { try? allow(0o700, scratch.path("closed")) }
        let commands = [
            ["train", "--resume", "closed/run", "--stop-steps", "128"], ["verify", "closed/run"],
            ["train", "--output", "closed/run"],
            ["convert-checkpoint", "run", "closed/run/checkpoint", "--to", "msgpack"],
            ["extract", "run", "closed/run/policy"],
            ["merge", "merged", "run", "closed/run"],
        ]
        for command in commands {
            let outcome = try rein(scratch, command)
            #expect(outcome.code == 1, "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains("closed/run"), "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains("ermission denied"), "\(command): \(outcome.errors)")
        }
    }

    @Test("The size of a checkpoint is that of all its files, or an error", .enabled(if: ordinaryUser != nil))
    func sizes() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        let folder = scratch.path("run/checkpoint_000000/extra")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try allow(0, folder)
        defer { try? allow(0o700, folder) }
        let outcome = try rein(scratch, ["inspect", "run"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("extra: cannot open the directory"), "\(outcome.errors)")
    }
}
