#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension Signals {
    /// Lets writing beyond the largest size that files may have (`ulimit -f`) fail as writing to a full disk does.
    static func outliveFileSizeLimits() { signal(SIGXFSZ, SIG_IGN) }
}
