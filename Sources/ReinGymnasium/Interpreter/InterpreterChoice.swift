import ReinCheckpoints
import ReinEnvironments
import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which Python has the environments: the one that is named, else that of `REIN_PYTHON`, else that of the virtual
/// environment that is active, else the one of a checkpoint, else `python3`.
struct InterpreterChoice: Sendable {
    /// The value of a variable of this process.
    var variable: @Sendable (String) -> String? = { SystemText.variable($0) }

    /// Finds the interpreter.
    ///
    /// - Parameters:
    ///   - name: the one that is asked for: a path, or a name that is looked for in `PATH`.
    ///   - recorded: the one that a checkpoint knows; not taken where it is not there any more.
    /// - Returns: its full path. Symbolic links stay: by its path an interpreter finds its virtual environment.
    /// - Throws: `EnvironmentError` with `.notAvailable`, and where it was looked for.
    func path(named name: String? = nil, recorded: String? = nil) throws(EnvironmentError) -> String {
        if let name { return try find(name, "the interpreter") }
        if let name = variable("REIN_PYTHON"), !name.isEmpty { return try find(name, "the interpreter of REIN_PYTHON") }
        if let folder = variable("VIRTUAL_ENV"), !folder.isEmpty {
            return try find("\(folder)/bin/python", "the interpreter of the virtual environment VIRTUAL_ENV")
        }
        if let recorded, Self.problem(recorded) == nil { return recorded }
        return try find("python3", "the interpreter")
    }

    private func find(_ name: String, _ what: String) throws(EnvironmentError) -> String {
        if name.contains("/") {
            let path = name.hasPrefix("/") ? name : "\(Self.workingDirectory)/\(name)"
            guard let problem = Self.problem(path) else { return path }
            throw EnvironmentError(
                code: .notAvailable, message: "\(what), \"\(path.escapingControls)\", \(problem)")
        }
        let folders = (variable("PATH") ?? "").split(separator: ":")
        for folder in folders {
            let path = folder.hasPrefix("/") ? "\(folder)/\(name)" : "\(Self.workingDirectory)/\(folder)/\(name)"
            if Self.problem(path) == nil { return path }
        }
        throw EnvironmentError(
            code: .notAvailable,
            message: "there is no program \"\(name.shortened)\" in PATH, which is to run the environments; "
                + "name an interpreter of Python with --python PATH or in REIN_PYTHON")
    }

    /// Why a path is no program; nil when it is one.
    private static func problem(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? "is not there" : "cannot be looked at"
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is no program" }
        return access(path, X_OK) == 0 ? nil : "must not be run"
    }

    private static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
