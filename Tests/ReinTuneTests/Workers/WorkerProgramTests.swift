#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

@Suite(.timeLimit(.minutes(10))) struct WorkerProgramTests {
    private func error(_ program: WorkerProgram, _ configuration: StateMap = [:]) async -> StateError? {
        let worker = ProcessProbe.worker(program: program)
        return await #expect(throws: StateError.self) { try await worker.prepare(ProcessProbe.start(configuration)) }
    }

    /// What a program prints.
    private func output(of path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.waitUntilExit() }
        return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test(
        "a program that does not do as a worker should is told what is missing",
        arguments: [
            ("exit 7", "ended with exit code 7: the program has to call TrialWorker.runIfStarted"),
            ("kill -SEGV $$", "was ended by signal 11 (SIGSEGV): the program has to call"),
            ("echo hello >&3", "has answered with what is no answer"),
            (#"echo '{"answer":"done"}' >&3; sleep 100000"#, "has answered without being asked"),
            (#"echo '{"answer":"greeting","version":2}' >&3; sleep 100000"#, "is of another version of Rein"),
            ("exec 3>&-; sleep 100000", "has closed the stream that it answers by"),
            ("sleep 100000", "has not begun within"),
        ])
    func wrongPrograms(script: String, words: String) async {
        var program = WorkerProgram(executable: "/bin/sh", arguments: ["-c", script])
        if script.hasPrefix("sleep") { program.startLimit = .milliseconds(50) }
        // More than it takes without reading.
        let error = await error(program, ["long": .string(String(repeating: "x", count: 600_000))])
        #expect(
            error?.path == "seventh" && error?.message.hasPrefix("the process of the trial \(words)") == true,
            "\(String(describing: error))")
    }

    @Test("a program that is not there is named")
    func missing() async {
        let error = await error(WorkerProgram(executable: "/missing/program"))
        #expect(error?.code == .notFound && error?.path == "/missing/program")
    }

    @Test("a program that forgets to ask what it was started for does not start itself without an end")
    func forgetful() async {
        let error = await error(WorkerProgram(executable: ProcessProbe.path, arguments: ["forgetful"]))
        #expect(error?.message.contains("ended with exit code 5: the program has to call") == true)
    }

    @Test("an argument that no tuner gave is refused")
    func argument() throws {
        // A file, and nothing: neither is a stream to a tuner.
        for stream in ["3</dev/null", "3>&-"] {
            let text = try output(
                of: "/bin/sh", ["-c", "exec \"$0\" \"$@\" \(stream)", ProcessProbe.path, TrialWorker.argument])
            #expect(text == "\(TrialWorker.argument): is for a program that is started by a tuner\n")
        }
    }

    @Test(
        "processes end with the one that has started them, also in the middle of a step",
        arguments: ["hangs", "ignores signals and hangs", "leaves children and hangs"])
    func killedParent(trouble: String) async throws {
        try await withTemporaryDirectory { folder in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ProcessProbe.path)
            process.arguments = ["parent", folder, trouble]
            process.standardInput = FileHandle.nullDevice
            try process.run()
            let worker = try await ProcessProbe.number(in: "\(folder)/hanging")
            #expect(ProcessProbe.isRunning(worker))
            kill(process.processIdentifier, SIGKILL)
            try await ProcessProbe.waitForEnd(of: worker)
            if trouble.hasPrefix("leaves") { try await ProcessProbe.waitForEndOfChildren(in: folder) }
            process.waitUntilExit()
        }
    }

    @Test("no stream is left behind, and none comes to a process that it is not for")
    func streams() throws {
        let text = try output(of: ProcessProbe.path, ["streams"])
        // Whoever starts it may leave it streams that it passes on.
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        let own = try #require(numbers.first)
        #expect(numbers == [own] + Array(repeating: own + 1, count: 8) + Array(repeating: own, count: 9), "\(text)")
    }
}
#endif
