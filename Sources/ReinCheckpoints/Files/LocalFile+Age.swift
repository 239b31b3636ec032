#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension LocalFile {
    /// How long ago a file or directory was changed, in seconds; nil when there is none.
    package static func secondsSinceChange(of path: String) -> Int? {
        var status = stat()
        guard uninterrupted({ stat(path, &status) }) == 0 else { return nil }
        return secondsSinceChange(status)
    }

    /// How long ago what was looked at was changed, in seconds.
    static func secondsSinceChange(_ status: stat) -> Int {
        #if canImport(Darwin)
        let change = status.st_mtimespec.tv_sec
        #else
        let change = status.st_mtim.tv_sec
        #endif
        return max(0, time(nil) - change)
    }
}
