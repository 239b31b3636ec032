#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The system gives fewer threads than were asked for, usually because memory or the number of a user's threads is
/// limited.
public struct ThreadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many threads were to work.
    public let wanted: Int
    /// How many there were when the next one failed, the calling one included.
    public let started: Int
    /// The system's reason, as in `errno`.
    public let number: Int32

    /// The reason in words.
    public var description: String {
        "cannot start \(wanted) threads, the system gives \(started): \(String(cString: strerror(number)))"
    }
}
