import CSystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension StateError {
    /// The error for a system call that has just failed.
    package static func system(_ action: String, _ path: String, number: Int32 = errno) -> StateError {
        let code: Code = number == ENOENT ? .notFound : number == EEXIST ? .alreadyExists : .inputOutput
        return StateError(code, "cannot \(action): \(String(cString: strerror(number)))", path: path)
    }
}

/// Repeats a system call for as long as signals interrupt it.
package func uninterrupted<Result: FixedWidthInteger & SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// Repeats a system call that gives nil when it fails for as long as signals interrupt it. Where nil is no failure, as at
/// the end of a directory, the call has to clear `errno` first.
package func uninterrupted<Result>(_ call: () -> Result?) -> Result? {
    while true {
        if let result = call() { return result }
        if errno != EINTR { return nil }
    }
}

/// What to do when the place that something is renamed to is taken.
enum RenameRule {
    /// Fail with `EEXIST`.
    case refuse
    /// Let the two change places.
    case exchange
}

/// Renames at one stroke. Returns 0, or the error's number.
///
/// File systems that know neither rule (some network ones) get a check and a plain rename, or two renames; between
/// those two a crash leaves the old directory beside the place where it was.
func renameAtomically(_ source: String, _ destination: String, _ rule: RenameRule) -> Int32 {
    #if os(Linux)
    let flags = rule == .refuse ? REIN_RENAME_NOREPLACE : REIN_RENAME_EXCHANGE
    if uninterrupted({ rein_rename(source, destination, UInt32(flags)) }) == 0 { return 0 }
    #else
    let flags = UInt32(rule == .refuse ? RENAME_EXCL : RENAME_SWAP)
    if uninterrupted({ renamex_np(source, destination, flags) }) == 0 { return 0 }
    #endif
    guard errno == EINVAL || errno == ENOSYS || errno == ENOTSUP else { return errno }
    switch rule {
    case .refuse:
        // What the system does not tell is not there for certain, either.
        let status = Result { () throws(StateError) in try FileStatus(of: destination, followingLinks: false) }
        if case .success(nil) = status { return renamePlainly(source, destination) }
        return EEXIST
    case .exchange:
        let aside = source + ".old"
        let number = renamePlainly(destination, aside)
        guard number == 0 else { return number }
        let second = renamePlainly(source, destination)
        guard second == 0 else {
            _ = renamePlainly(aside, destination)
            return second
        }
        return renamePlainly(aside, source)
    }
}

/// Renames a file, in the place of another if there is one. Returns 0, or the error's number.
func renamePlainly(_ source: String, _ destination: String) -> Int32 {
    uninterrupted { rename(source, destination) } == 0 ? 0 : errno
}

/// Reads the next bytes of a stream, waiting for some if there are none yet.
///
/// - Returns: their number, 0 at the end of the stream; −1 when that fails, and `errno` says why.
func readNext(_ file: Int32, into memory: UnsafeMutableRawBufferPointer) -> Int {
    while true {
        let count = uninterrupted { read(file, memory.baseAddress, memory.count) }
        guard count < 0, errno == EAGAIN, isReady(file, POLLIN) else { return count }
    }
}

/// Writes all bytes to an open file, waiting where it takes none yet.
///
/// - Returns: 0, or the error's number.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
    guard let base = bytes.baseAddress else { return 0 }
    var done = 0
    while done < bytes.count {
        let count = uninterrupted { write(file, base + done, bytes.count - done) }
        if count >= 0 {
            done += count
        } else if errno != EAGAIN || !isReady(file, POLLOUT) {
            return errno
        }
    }
    return 0
}

/// Waits until a stream that was left in non-blocking mode goes on, or has come to its end.
private func isReady(_ file: Int32, _ event: Int32) -> Bool {
    var entry = pollfd(fd: file, events: Int16(event), revents: 0)
    return uninterrupted { poll(&entry, 1, -1) } > 0
}
