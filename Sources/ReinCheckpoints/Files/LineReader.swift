#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The lines of a file or of a stream, one at a time as they come. However much there is to be read, no more than one
/// line is in memory.
package struct LineReader: ~Copyable {
    /// The number of lines that have been read.
    package private(set) var count = 0
    /// Whether the last line that was read had an end: not so where a writer was stopped in its middle.
    package private(set) var isWhole = true
    private let descriptor: Int32
    private let name: String
    private let limit: Int
    private let ownsDescriptor: Bool
    private var bytes: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var isSkipping = false
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    /// Reads standard input.
    ///
    /// - Parameter limit: the largest number of bytes of a line.
    package static func standardInput(limit: Int) -> LineReader {
        LineReader(STDIN_FILENO, name: "standard input", limit: limit, ownsDescriptor: false)
    }

    /// Opens a file.
    ///
    /// - Parameter limit: the largest number of bytes of a line.
    /// - Throws: `StateError` when there is none, or that says what it is that is no file.
    package init(opening path: String, limit: Int) throws(StateError) {
        let descriptor = try RegularFile(opening: path).duplicate()
        self.init(descriptor, name: path, limit: limit, ownsDescriptor: true)
    }

    /// Reads a stream that somebody else closes, later.
    ///
    /// - Parameters:
    ///   - name: what it is called in errors.
    ///   - limit: the largest number of bytes of a line.
    package init(reading descriptor: Int32, name: String, limit: Int) {
        self.init(descriptor, name: name, limit: limit, ownsDescriptor: false)
    }

    private init(_ descriptor: Int32, name: String, limit: Int, ownsDescriptor: Bool) {
        self.descriptor = descriptor
        self.name = name
        self.limit = limit
        self.ownsDescriptor = ownsDescriptor
    }

    deinit { if ownsDescriptor { close(descriptor) } }

    /// The next line without its end, or nil after the last.
    ///
    /// - Throws: `StateError` with `.outOfRange` for a line that is too long, which names it: the line after it can be
    ///   read all the same. With `.inputOutput` when the stream cannot be read.
    package mutating func next() throws(StateError) -> [UInt8]? {
        try skip()
        var searched = position
        while true {
            if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                return try take(upTo: end, isWhole: true)
            }
            if bytes.count - position > limit { return try take(upTo: bytes.count, isWhole: false) }
            if isAtEnd {
                return position < bytes.count ? try take(upTo: bytes.count, isWhole: false) : nil
            }
            bytes.removeFirst(position)
            position = 0
            searched = bytes.count
            try fill()
        }
    }

    /// The line from the position on; the end of the line, if there is one, is passed over.
    private mutating func take(upTo end: Int, isWhole: Bool) throws(StateError) -> [UInt8] {
        let line = position..<end
        count += 1
        position = isWhole ? end + 1 : end
        self.isWhole = isWhole
        guard line.count <= limit else {
            isSkipping = !isWhole
            throw StateError(
                .outOfRange, "has more than the \(limit) bytes that a line may have", path: "\(name), line \(count)")
        }
        return Array(bytes[line])
    }

    /// Passes over the rest of a line that was too long.
    private mutating func skip() throws(StateError) {
        while isSkipping {
            if let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) {
                position = end + 1
                isSkipping = false
            } else {
                bytes.removeAll(keepingCapacity: true)
                position = 0
                if isAtEnd { isSkipping = false } else { try fill() }
            }
        }
    }

    private mutating func fill() throws(StateError) {
        let descriptor = descriptor
        let received = chunk.withUnsafeMutableBytes { readNext(descriptor, into: $0) }
        guard received >= 0 else { throw .system("read", name) }
        if received == 0 { isAtEnd = true }
        bytes.append(contentsOf: chunk[..<received])
    }
}
