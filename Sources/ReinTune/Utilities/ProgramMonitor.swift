import ReinCheckpoints
import ReinProcesses

/// Asks `nvidia-smi`, the program of NVIDIA's driver.
package struct ProgramMonitor: GPUMonitor {
    private let searchPath: String
    private let timeLimit: Duration

    private static let name = "nvidia-smi"
    private static let arguments = [
        "--query-gpu=index,uuid,memory.used,memory.total", "--format=csv,noheader,nounits",
    ]

    /// Makes a monitor.
    ///
    /// - Parameters:
    ///   - searchPath: directories with colons between, in the first of which that has it the program is taken; nil for the
    ///     variable `PATH`.
    ///   - timeLimit: how long an answer may take.
    package init(searchPath: String? = nil, timeLimit: Duration = .seconds(30)) {
        self.searchPath = searchPath ?? SystemText.variable("PATH") ?? "/usr/bin:/bin"
        self.timeLimit = timeLimit
    }

    /// Runs the program, and reads its lines.
    ///
    /// - Throws: `StateError` when there is no such program, or it cannot be run, fails, does not answer in time or prints
    ///   something else; `CancellationError`.
    package func readings() async throws -> [GPUReading] {
        let program = try HelperProgram(named: Self.name, in: searchPath)
        let output = try await program.output(Self.arguments, timeLimit: timeLimit)
        var readings: [GPUReading] = []
        for line in output.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
            readings.append(try Self.reading(line, path: program.path))
        }
        return readings
    }

    private static func reading(_ line: Substring, path: String) throws(StateError) -> GPUReading {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            String(field.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        guard fields.count == 4, let index = Int(fields[0]), index >= 0, !fields[1].isEmpty,
            let used = bytes(fields[2]), let total = bytes(fields[3]), total > 0
        else {
            throw StateError(
                .malformed,
                "expected lines of index, UUID, used and whole memory, found \"\(String(line).shortened)\"", path: path)
        }
        return GPUReading(index: index, uuid: fields[1], memoryUsed: used, memoryTotal: total)
    }

    /// The bytes of a number of mebibytes.
    private static func bytes(_ text: String) -> Int? {
        guard let number = Int(text), number >= 0 else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: 1 << 20)
        return overflows ? nil : bytes
    }
}
