import Foundation
import ReinTestSupport

/// The `rein` executable as another process, which does not outlive the test.
final class CommandProcess {
    /// What a process that has ended leaves.
    struct Outcome {
        /// The exit code, or the negated number of the signal that ended it.
        let code: Int32
        /// What it wrote to standard output.
        let output: String
        /// What it wrote to standard error.
        let errors: String
    }

    /// The executable beside the tests.
    static let executable = URL(fileURLWithPath: builtProgram("rein"))

    private let process = Process()
    private let files: [URL]

    /// Starts `rein` with arguments in a working directory, and with variables beside those of this process.
    ///
    /// - Parameters:
    ///   - signal: the name of a signal that the process is to ignore from the beginning, as `HUP`.
    ///   - command: a program and its arguments that starts `rein` with the arguments, as `setpriv`.
    ///   - fileSizeLimit: what no file may grow beyond, in blocks of 512 bytes or 1 kB, as a shell's `ulimit -f` takes it.
    init(
        _ arguments: [String], in directory: URL, input: String = "", environment: [String: String] = [:],
        through command: [String] = [], ignoring signal: String? = nil, fileSizeLimit: Int? = nil
    ) throws {
        let name = UUID().uuidString
        files = ["in", "out", "err"].map { directory.appendingPathComponent(".\(name).\($0)") }
        for file in files { try Data(file == files[0] ? Array(input.utf8) : []).write(to: file) }
        // A shell that prepares the process, and then becomes it.
        let prelude =
            (signal.map { "trap '' \($0); " } ?? "") + (fileSizeLimit.map { "ulimit -S -f \($0); " } ?? "")
        let isPlain = prelude.isEmpty && command.isEmpty
        process.executableURL = isPlain ? Self.executable : URL(fileURLWithPath: "/bin/sh")
        let starter = command.isEmpty ? "\"$0\"" : "\(command.joined(separator: " ")) \"$0\""
        process.arguments =
            (isPlain ? [] : ["-c", "\(prelude)exec \(starter) \"$@\"", Self.executable.path]) + arguments
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        process.currentDirectoryURL = directory
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// The number of the process.
    var processID: Int32 { process.processIdentifier }

    /// Sends a signal.
    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Whether it has not ended.
    var isRunning: Bool { process.isRunning }

    /// What it has written to standard error so far.
    var errorsSoFar: String { (try? String(decoding: Data(contentsOf: files[2]), as: UTF8.self)) ?? "" }

    /// Waits for the end.
    func wait() throws -> Outcome {
        process.waitUntilExit()
        let outcome = Outcome(
            code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
        for file in files { try FileManager.default.removeItem(at: file) }
        return outcome
    }
}
