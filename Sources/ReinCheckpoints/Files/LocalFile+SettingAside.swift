#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension LocalFile {
    /// Gives what lies at a path another name for a person to look at: `<name>.damaged`, `<name>.damaged-2` ...
    ///
    /// - Parameter keepsName: whether a file has its first name besides, where the file system can do that. It is then
    ///   to be replaced: a process that is killed before leaves it as it was.
    /// - Returns: the path it has now.
    /// - Throws: `StateError` when it cannot be done.
    package static func setAside(_ path: String, keepingName keepsName: Bool = false) throws(StateError) -> String {
        var number = 1
        while true {
            let aside = number == 1 ? "\(path).damaged" : "\(path).damaged-\(number)"
            if keepsName, uninterrupted({ link(path, aside) }) == 0 { return aside }
            let failure = renameAtomically(path, aside, .refuse)
            if failure == 0 { return aside }
            guard failure == EEXIST else { throw .system("set the file aside", path, number: failure) }
            number += 1
        }
    }
}
