#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Waiting.
enum Pause {
    /// Waits for a number of seconds, or until a signal comes.
    static func seconds(_ count: Int) { sleep(UInt32(count)) }

    /// Waits for a number of milliseconds below a thousand, or until a signal comes.
    static func milliseconds(_ count: Int) { usleep(UInt32(count) * 1000) }
}
