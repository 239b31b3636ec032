import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The error output of this process, for those who must not wait for it.
enum StandardError {
    /// Writes a short text if there is room for it now; otherwise it is lost.
    static func write(_ text: String) {
        var entry = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
        guard uninterrupted({ poll(&entry, 1, 0) }) > 0, entry.revents & Int16(POLLOUT) != 0 else { return }
        _ = Array(text.utf8).withUnsafeBytes { bytes in
            writeAll(bytes, to: 2)
        }
    }
}

/// Lets the thread rest.
func pauseAMillisecond() { usleep(1_000) }
