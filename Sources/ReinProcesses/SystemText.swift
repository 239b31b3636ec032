import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says of itself in small files and in variables of the process.
package enum SystemText {
    /// The text of a file of the system's, up to 64 kB; nil when there is none.
    package static func file(_ path: String) -> String? {
        bytes(of: path, limit: 1 << 16).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is in a file of the system's, up to a limit; nil when there is none. Such files do not know their size.
    package static func bytes(of path: String, limit: Int) -> [UInt8]? {
        let file = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: min(limit, 1 << 16))
        var count = 0
        while count < limit {
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: min(limit, 2 * count) - count) }
            let length = bytes.withUnsafeMutableBytes { memory in
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                return uninterrupted { read(file, rest.baseAddress, rest.count) }
            }
            guard length >= 0 else { return nil }
            if length == 0 { break }
            count += length
        }
        return Array(bytes[..<count])
    }

    /// The value of a variable of the process; nil when it is not set.
    package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
