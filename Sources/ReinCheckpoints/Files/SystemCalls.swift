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
    if rein_rename(source, destination, rule == .refuse ? REIN_RENAME_NOREPLACE : REIN_RENAME_EXCHANGE) == 0 {
        return 0
    }
    #else
    let flags = UInt32(rule == .refuse ? RENAME_EXCL : RENAME_SWAP)
    if renamex_np(source, destination, flags) == 0 { return 0 }
    #endif
    guard errno == EINVAL || errno == ENOSYS || errno == ENOTSUP else { return errno }
    switch rule {
    case .refuse:
        var status = stat()
        if lstat(destination, &status) == 0 { return EEXIST }
        return rename(source, destination) == 0 ? 0 : errno
    case .exchange:
        let aside = source + ".old"
        guard rename(destination, aside) == 0 else { return errno }
        guard rename(source, destination) == 0 else {
            let number = errno
            _ = rename(aside, destination)
            return number
        }
        return rename(aside, source) == 0 ? 0 : errno
    }
}

/// The system's `write`, under a name that methods do not hide.
func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
