#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A Python interpreter that an environment variable names, for tests of what Rein and Python programs exchange.
public struct PythonInterpreter: Sendable {
    /// The path of the interpreter.
    public let path: String

    /// The interpreter that a variable names.
    ///
    /// - Returns: nil when the variable is not set.
    public init?(variable: String) {
        guard let value = getenv(variable) else { return nil }
        path = String(cString: value)
    }

    /// Whether it can be run and has these packages.
    public func has(_ packages: String...) -> Bool {
        run(["-c", "import \(packages.joined(separator: ", "))"]) == 0
    }

    /// Runs a script of Tests/Interoperability and returns its exit status.
    public func run(script: String, _ arguments: [String]) -> Int32 {
        let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
        return run(["\(tests)/Interoperability/\(script)"] + arguments)
    }

    /// Runs the interpreter and returns its exit status, -1 when it cannot be run.
    private func run(_ arguments: [String]) -> Int32 {
        var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var process = pid_t()
        guard posix_spawn(&process, path, nil, nil, pointers, environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status
    }
}
