#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The lines of standard input as they come.
struct InputLines {
    /// The number of lines read.
    private(set) var count = 0
    private var bytes: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    /// The next line without its end, or nil after the last.
    ///
    /// - Throws: `CommandFailure` when standard input cannot be read.
    mutating func next() throws -> [UInt8]? {
        var searched = position
        while true {
            if let end = bytes[searched...].firstIndex(of: 0x0A) {
                defer { position = end + 1 }
                count += 1
                return Array(bytes[position..<end])
            }
            if isAtEnd {
                defer { position = bytes.count }
                guard position < bytes.count else { return nil }
                count += 1
                return Array(bytes[position...])
            }
            bytes.removeFirst(position)
            position = 0
            searched = bytes.count
            try fill()
        }
    }

    private mutating func fill() throws {
        while true {
            let received = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if received < 0 {
                if errno == EINTR { continue }
                throw CommandFailure.system("standard input")
            }
            if received == 0 { isAtEnd = true }
            bytes.append(contentsOf: chunk[..<received])
            return
        }
    }
}
