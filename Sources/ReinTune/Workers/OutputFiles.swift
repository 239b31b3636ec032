import CSystemCalls
import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where what a process prints goes: to the files of one trial after the other.
struct OutputFiles {
    /// Where it went at the beginning.
    private let standard: Int32
    private let errors: Int32

    /// Remembers where it goes now. Nil when there are too many open files. From now on each line is written at once, so that
    /// the last words of a process are not lost.
    init?() {
        rein_write_lines_at_once()
        standard = Self.copy(1)
        errors = Self.copy(2)
        guard standard >= 0, errors >= 0 else { return nil }
    }

    /// Lets it go to files, which are made if need be and appended to, or where it went at the beginning.
    ///
    /// - Throws: `StateError` when a file cannot be opened. It then goes where it went before.
    func direct(to output: (standard: String, errors: String)?) throws(StateError) {
        fflush(nil)
        guard let output else {
            dup2(standard, 1)
            dup2(errors, 2)
            return
        }
        let first = try Self.open(output.standard)
        defer { close(first) }
        let second = try Self.open(output.errors)
        defer { close(second) }
        dup2(first, 1)
        dup2(second, 2)
    }

    private static func open(_ path: String) throws(StateError) -> Int32 {
        try LocalFile.makeDirectories(parentPath(of: path))
        let file = uninterrupted { openToAppend(path) }
        guard file >= 0 else { throw .system("write", path) }
        return file
    }

    private static func copy(_ descriptor: Int32) -> Int32 {
        let copy = uninterrupted { fcntl(descriptor, F_DUPFD_CLOEXEC, 3) }
        // What is closed stays so, as well as it can.
        return copy >= 0 || errno != EBADF ? copy : uninterrupted { openNothing() }
    }
}

/// open(2), which has the name of a method here.
private func openToAppend(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o666)
}

private func openNothing() -> Int32 { open("/dev/null", O_WRONLY | O_CLOEXEC) }
