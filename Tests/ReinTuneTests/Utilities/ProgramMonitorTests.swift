import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// The program of the driver, played by scripts.
@Suite struct ProgramMonitorTests {
    /// Runs a body with a monitor that finds a script in the place of the program.
    private func withProgram<Result>(
        _ script: String, timeLimit: Duration = .seconds(3_000),
        _ body: (_ monitor: ProgramMonitor, _ directory: String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // A program that was just written may be busy: for as long as another test's child has its file open.
        let stub = try #require(Bundle.module.path(forResource: "nvidia-smi", ofType: nil, inDirectory: "Fixtures"))
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/nvidia-smi", withDestinationPath: stub)
        try script.write(toFile: "\(folder.path)/script", atomically: false, encoding: .utf8)
        let monitor = ProgramMonitor(searchPath: "/nowhere:\(folder.path)", timeLimit: timeLimit)
        return try await body(monitor, folder.path)
    }

    private func failure(_ script: String, timeLimit: Duration = .seconds(3_000)) async throws -> StateError? {
        try await withProgram(script, timeLimit: timeLimit) { monitor, _ in
            await #expect(throws: StateError.self) { try await monitor.readings() }
        }
    }

    @Test("its lines are read, and it is asked for what they are to hold")
    func readings() async throws {
        let script = """
            echo "$@" > arguments
            printf '0, GPU-12ab, 1024, 81559\\r\\n1,GPU-cd , 0, 40960\\n\\n'
            """
        try await withProgram(script) { monitor, directory in
            let readings = try await monitor.readings()
            #expect(
                readings == [
                    GPUReading(index: 0, uuid: "GPU-12ab", memoryUsed: 1024 << 20, memoryTotal: 81559 << 20),
                    GPUReading(index: 1, uuid: "GPU-cd", memoryUsed: 0, memoryTotal: 40960 << 20),
                ])
            let arguments = try String(contentsOfFile: "\(directory)/arguments", encoding: .utf8)
            #expect(
                arguments == "--query-gpu=index,uuid,memory.used,memory.total --format=csv,noheader,nounits\n")
        }
    }

    @Test("a wait asks the program until a GPU is free")
    func waits() async throws {
        let script = """
            echo look >> looks
            used=5000
            [ "$(wc -l < looks)" -lt 3 ] || used=7
            echo "0, GPU-a, 9999, 10000"
            echo "1, GPU-b, $used, 10000"
            """
        try await withProgram(script) { monitor, directory in
            let reading = try await GPUWait(
                id: "GPU-b", targetUtilization: 0.01, memoryLimit: nil, retries: 20, delay: .zero
            ).run(asking: monitor, clock: ContinuousClock())
            #expect(reading.index == 1 && reading.memoryUsed == 7 << 20)
            #expect(try String(contentsOfFile: "\(directory)/looks", encoding: .utf8) == "look\nlook\nlook\n")
        }
    }

    @Test("without the program there is a clear error, and a file that may not be run is none")
    func absent() async throws {
        try await withTemporaryFolderOfPlainFile { folder in
            for path in ["", "/nowhere", folder] {
                let monitor = ProgramMonitor(searchPath: path)
                let error = await #expect(throws: StateError.self) { try await monitor.readings() }
                #expect(error?.description == "nvidia-smi: there is no such program in PATH")
                #expect(error?.code == .notFound)
            }
        }
    }

    private func withTemporaryFolderOfPlainFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "echo".write(to: folder.appendingPathComponent("nvidia-smi"), atomically: false, encoding: .utf8)
        try await body(folder.path)
    }

    @Test(
        "a program that fails is an error with what it said",
        arguments: [
            ("echo 'NVIDIA-SMI has failed' >&2; exit 9", "ended with exit code 9: NVIDIA-SMI has failed"),
            ("printf 'No devices\\nwere found\\n'; exit 6", "ended with exit code 6: No devices"),
            ("exit 1", "ended with exit code 1, and says nothing"),
            ("kill -SEGV $$", "was ended by signal 11 (SIGSEGV), and says nothing"),
            ("printf 'a\\033[31mb' >&2; exit 2", "ended with exit code 2: a\\u{1b}[31mb"),
        ])
    func fails(script: String, message: String) async throws {
        let error = try await failure(script)
        #expect(error?.message == message)
        #expect(error?.code == .unavailable)
        #expect(error?.path.hasSuffix("/nvidia-smi") == true)
    }

    @Test(
        "a program that prints rubbish is an error with the line",
        arguments: [
            "hello", "0, GPU-a, 12", "0, GPU-a, 12, 0", "0, GPU-a, [N/A], 81559", "-1, GPU-a, 1, 2", "0, , 1, 2",
            "0, GPU-a, -1, 2", "0, GPU-a, 9223372036854775807, 9223372036854775807", "0, GPU-a, 1, 2, 3", "é\u{7f}",
        ])
    func rubbish(line: String) async throws {
        let error = try await failure("echo '0, GPU-first, 1, 2'; echo '\(line)'")
        #expect(error?.code == .malformed)
        #expect(error?.message.hasPrefix("expected lines of index, UUID, used and whole memory, found ") == true)
    }

    @Test("bytes that are no text are an error, too")
    func noText() async throws {
        let error = try await failure("head -c 100000 /dev/urandom; echo")
        #expect(error?.code == .malformed)
    }

    @Test("nothing printed is no GPU")
    func nothing() async throws {
        let readings = try await withProgram("exit 0") { monitor, _ in try await monitor.readings() }
        #expect(readings.isEmpty)
    }

    @Test("a program that prints without an end is stopped")
    func endless() async throws {
        let error = try await failure("exec yes '0, GPU-a, 1, 2'")
        #expect(error?.message == "prints more than 1048576 bytes")
        let complaints = try await failure("exec yes >&2")
        #expect(complaints?.message == "prints more than 1048576 bytes")
    }

    @Test("a program that hangs is stopped with all that it has started")
    func hangs() async throws {
        let script = "sleep 1000 & echo $! > child; trap '' TERM INT; touch ready; sleep 1000"
        try await withProgram(script, timeLimit: .seconds(2)) { monitor, directory in
            let error = await #expect(throws: StateError.self) { try await monitor.readings() }
            #expect(error?.code == .timedOut)
            #expect(error?.message == "has not answered in 2.0 seconds")
            try await expectEnd(ofProcessIn: "\(directory)/child")
        }
    }

    @Test("nobody waits for a child of the program that keeps its output open")
    func keptOpen() async throws {
        let script = "sleep 1000 & echo $! > child; echo '0, GPU-a, 1, 2'"
        try await withProgram(script) { monitor, directory in
            #expect(try await monitor.readings().count == 1)
            try await expectEnd(ofProcessIn: "\(directory)/child")
        }
    }

    @Test("a program is stopped when its task is cancelled")
    func cancelled() async throws {
        try await withProgram("echo $$ > child.new; mv child.new child; exec sleep 1000") { monitor, directory in
            let task = Task { try await monitor.readings() }
            while !FileManager.default.fileExists(atPath: "\(directory)/child") { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await expectEnd(ofProcessIn: "\(directory)/child")
        }
    }

    @Test("it gets an empty standard input")
    func input() async throws {
        try await withProgram("cat; readlink /proc/$$/fd/0 > input") { monitor, directory in
            let readings = try await monitor.readings()
            let input = try String(contentsOfFile: "\(directory)/input", encoding: .utf8)
            #expect(readings.isEmpty && input == "/dev/null\n")
        }
    }

    /// Waits until a process is gone or is only kept for its parent to ask.
    private func expectEnd(ofProcessIn file: String) async throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let id = try #require(Int(text.filter(\.isNumber)))
        while let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) {
            if status.split(separator: ")").last?.split(separator: " ").first == "Z" { break }
            await Task.yield()
        }
    }
}
