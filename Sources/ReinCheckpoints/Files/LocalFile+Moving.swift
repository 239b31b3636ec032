#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension LocalFile {
    /// Copies everything in a directory into another one, where nothing of these names is.
    ///
    /// - Parameters:
    ///   - source: the directory.
    ///   - target: the other one.
    ///   - isSharing: whether the files may be the same, under a second name, where the file system can do that.
    /// - Throws: `StateError` that names what is no file or folder, or cannot be read or written.
    package static func copyContents(
        of source: String, to target: String, sharing isSharing: Bool = false
    ) throws(StateError) {
        try Directory(opening: target).copyContents(of: Directory(opening: source), sharing: isSharing)
    }

    /// Moves everything in a directory into another one, where nothing of these names is, and removes the directory. On
    /// another disk it is copied first. After an error the directory has everything still.
    ///
    /// - Throws: `StateError` that names what cannot be moved.
    package static func moveContents(of source: String, to target: String) throws(StateError) {
        let names = try Directory(opening: source).names()
        var moved: [String] = []
        for name in names {
            if rename("\(source)/\(name)", "\(target)/\(name)") == 0 {
                moved.append(name)
                continue
            }
            let number = errno
            for name in moved { rename("\(target)/\(name)", "\(source)/\(name)") }
            guard number == EXDEV else { throw .system("move", "\(source)/\(name)", number: number) }
            try copyContents(of: source, to: target)
            try Directory(opening: source).removeContents()
            break
        }
        guard rmdir(source) == 0 || errno == ENOENT else {
            let number = errno
            for name in names { rename("\(target)/\(name)", "\(source)/\(name)") }
            throw .system("remove", source, number: number)
        }
    }
}
