#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What there may be under a name in a file system.
enum FileKind: Equatable {
    case regularFile, directory, symbolicLink, pipe, socket, characterDevice, blockDevice, unknown

    /// What the mode of a file says.
    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .regularFile
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .symbolicLink
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: self = .unknown
        }
    }

    /// The kind in words, to follow "is".
    var words: String {
        switch self {
        case .regularFile: "a file"
        case .directory: "a directory"
        case .symbolicLink: "a symbolic link"
        case .pipe: "a pipe"
        case .socket: "a socket"
        case .characterDevice, .blockDevice: "a device"
        case .unknown: "of an unknown kind"
        }
    }

    /// The error for what is no file.
    func refusal(_ path: String) -> StateError {
        let hint = self == .symbolicLink ? ", which is not followed" : ""
        return StateError(.malformed, "is \(words), not a file\(hint)", path: path)
    }
}
