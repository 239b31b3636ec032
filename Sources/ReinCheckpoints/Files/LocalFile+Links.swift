#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension LocalFile {
    /// Whether there is a symbolic link at the path.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func isLink(_ path: String) throws(StateError) -> Bool {
        try FileStatus(of: path, followingLinks: false)?.kind == .symbolicLink
    }

    /// Leads a symbolic link somewhere else, at one stroke, or makes it. Anything but a link stays as it is.
    ///
    /// - Parameter temporary: the path of the new link before it replaces the old one.
    /// - Returns: whether it was done.
    @discardableResult
    package static func replaceLink(_ path: String, to target: String, through temporary: String) -> Bool {
        guard (try? isLink(path) || !exists(path)) ?? false else { return false }
        unlink(temporary)
        guard uninterrupted({ symlink(target, temporary) }) == 0 else { return false }
        guard renamePlainly(temporary, path) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }
}
