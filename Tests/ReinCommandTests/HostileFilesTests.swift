import CAllocationCounter
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Files that are none, or too large")
struct HostileFilesTests {
    /// Runs `rein` with little memory in a shell, with a time limit that a process which waits for ever runs into.
    private func rein(_ arguments: String, in scratch: Scratch, before: String = "") throws -> (Int32, String) {
        // A sanitizer needs addresses without end.
        let limit = sanitizer_is_at_work() == 0 ? "ulimit -v 4000000; " : ""
        let script = "\(before) \(limit)exec timeout 60 '\(CommandProcess.executable.path)' \(arguments)"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = scratch.directory
        let errors = scratch.directory.appendingPathComponent("errors")
        try Data().write(to: errors)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return (code, String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    @Test("A pipe or a device in the place of a run's records is said, set aside, and stops no run")
    func records() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        var steps = 64
        for name in ["params.json", "progress.csv", "result.json"] {
            let kept = try Data(contentsOf: scratch.directory.appendingPathComponent("run/\(name)"))
            for (words, make) in [
                ("pipe", { mkfifo(scratch.path("run/\(name)"), 0o600) }),
                ("device", { symlink("/dev/zero", scratch.path("run/\(name)")) }),
            ] {
                try FileManager.default.removeItem(atPath: scratch.path("run/\(name)"))
                try #require(make() == 0)
                steps += 32
                let (code, errors) = try rein("train --resume run --stop-steps \(steps) --quiet", in: scratch)
                #expect(code == 0, "\(name): \(errors)")
                #expect(errors.contains("run/\(name): is a \(words), not a file"), "\(name): \(errors)")
            }
            try FileManager.default.removeItem(atPath: scratch.path("run/\(name)"))
            try kept.write(to: scratch.directory.appendingPathComponent("run/\(name)"))
        }
    }

    @Test("Nor does --config wait for a pipe, read a device or what is too large")
    func configuration() throws {
        let scratch = try Scratch()
        try #require(mkfifo(scratch.path("pipe"), 0o600) == 0)
        _ = FileManager.default.createFile(atPath: scratch.path("large"), contents: nil)
        try #require(truncate(scratch.path("large"), 200_000_000) == 0)
        for (path, words) in [
            ("pipe", "pipe: is a pipe, not a file"), ("/dev/zero", "/dev/zero: is a device, not a file"),
            (".", ".: is a directory, not a file"),
            ("large", "large: has 200000000 bytes, more than the 16777216 that are read"),
        ] {
            let (code, errors) = try rein("train --config \(path)", in: scratch)
            #expect(code == 2)
            #expect(errors.contains("Error: \(words)"), "\(errors)")
        }
    }

    @Test("A line of any length is answered by predict with an error that names it, in little memory")
    func line() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let input = "(printf '{\"observation\":['; yes '0,' | tr -d '\\n' | head -c 200000000; echo '0]}')"
        let (code, errors) = try rein("predict run < <(\(input))", in: scratch)
        #expect(code == 1)
        #expect(errors == "rein: standard input, line 1: has more than the 1048576 bytes that a line may have\n")
        let (zeros, words) = try rein("predict run < /dev/zero", in: scratch)
        #expect(zeros == 1)
        #expect(words == errors)
    }
}

@Suite("Checkpoints that cannot be written")
struct FailedWriteTests {
    @Test("The message names the checkpoint that was asked for, once", .withoutSanitizer)
    func message() throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--set", "network.hidden=[64,64]"])
        for destination in ["out", "run/../out"] {
            let file = "\(destination)/policies/default_policy/policy_state.msgpck"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = [
                "-c",
                "trap '' XFSZ; ulimit -f 1; exec '\(CommandProcess.executable.path)' convert-checkpoint run \(destination) "
                    + "--to msgpack 2>&1 | cat > errors",
            ]
            process.currentDirectoryURL = scratch.directory
            try process.run()
            process.waitUntilExit()
            #expect(try scratch.text("errors") == "rein: \(file): cannot write the file: File too large\n")
            #expect(!scratch.exists("out"))
        }
    }
}
