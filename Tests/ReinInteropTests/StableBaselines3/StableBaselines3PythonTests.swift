import ReinTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Set the environment variable `REIN_PYTHON` to a Python interpreter with stable_baselines3 to run this.
@Suite("Stable-Baselines3 makes agents, and Rein opens them")
struct StableBaselines3PythonTests {
    static let interpreter = getenv("REIN_PYTHON").map { String(cString: $0) }

    static let script =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        + "/Interoperability/make_stable_baselines3_fixtures.py"

    /// Whether the interpreter is there and has the package.
    static var isAvailable: Bool {
        guard let interpreter else { return false }
        return run([interpreter, "-c", "import stable_baselines3"]) == 0
    }

    /// Runs a program and returns its exit status.
    static func run(_ arguments: [String]) -> Int32 {
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var process = pid_t()
        guard posix_spawn(&process, arguments[0], nil, nil, pointers, environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status
    }

    @Test(
        "Agents fresh from Stable-Baselines3 act in Rein as they do there",
        .enabled(if: isAvailable, "REIN_PYTHON names no Python interpreter with stable_baselines3"))
    func fresh() throws {
        try withTemporaryDirectory { directory in
            let seed = String(UInt32.random(in: 1...1000))
            try #require(Self.run([try #require(Self.interpreter), Self.script, directory, seed]) == 0, "seed \(seed)")
            let recorded = try RecordedAgents(directory: directory)
            try recorded.checkAgents(count: 15)
            try recorded.checkNormalizations()
        }
    }
}
