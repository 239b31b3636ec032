#if Serving
import Logging

/// A line of a log as JSON, of at most 4,096 bytes: what a pipe takes in one piece.
struct LogLine {
    /// The number of bytes of the longest line.
    static let limit = 4096
    /// The number of bytes of a text after which it is cut.
    static let textLimit = 1024
    /// How deep what is logged may be nested.
    private static let depthLimit = 8

    /// What has been written: an object without its end.
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isFull = false

    /// The line, its end included.
    var line: [UInt8] {
        var line = bytes
        if isFull { line.append(text: line.count > 1 ? ",\"cut\":true" : "\"cut\":true") }
        line.append(text: "}\n")
        return line
    }

    /// Adds a text.
    mutating func add(_ key: String, text: String) { add(key) { $0.append(logged: text, limit: Self.textLimit) } }

    /// Adds what somebody has to say.
    mutating func add(_ key: String, _ value: Logger.MetadataValue) {
        add(key) { Self.write(value, to: &$0, depth: 0) }
    }

    /// Adds a key and its value, unless the line becomes too long.
    private mutating func add(_ key: String, _ write: (inout [UInt8]) -> Void) {
        guard !isFull else { return }
        let length = bytes.count
        if length > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(logged: key, limit: 64)
        bytes.append(UInt8(ascii: ":"))
        write(&bytes)
        // The rest is for what is said of that, and the end.
        guard bytes.count > Self.limit - 20 else { return }
        bytes.removeSubrange(length...)
        isFull = true
    }

    private static func write(_ value: Logger.MetadataValue, to bytes: inout [UInt8], depth: Int) {
        guard depth < depthLimit, bytes.count < 2 * limit else { return bytes.append(text: "null") }
        switch value {
        case .string(let text): bytes.append(logged: text, limit: textLimit)
        case .stringConvertible(let value as Bool): bytes.append(utf8: value.description)
        case .stringConvertible(let value as Int): bytes.append(number: value)
        case .stringConvertible(let value as Double): bytes.append(double: value)
        case .stringConvertible(let value): bytes.append(logged: value.description, limit: textLimit)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(value, to: &bytes, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(logged: entry.key, limit: 64)
                bytes.append(UInt8(ascii: ":"))
                write(entry.value, to: &bytes, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

extension [UInt8] {
    /// Adds a text in quotes. What plays with the reader's terminal is escaped, and a text that is too long is cut at the
    /// end of a character.
    ///
    /// - Parameter limit: the number of bytes after which it is cut.
    fileprivate mutating func append(logged text: String, limit: Int) {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) {
            return append(quoted: text)
        }
        append(UInt8(ascii: "\""))
        let start = count
        for character in text.unicodeScalars {
            guard count - start < limit else {
                append(text: "...")
                break
            }
            switch character {
            case "\"": append(text: "\\\"")
            case "\\": append(text: "\\\\")
            case "\n": append(text: "\\n")
            case "\t": append(text: "\\t")
            case _ where character.needsEscape:
                for unit in String(character).utf16 {
                    append(text: "\\u")
                    let digits = String(unit, radix: 16)
                    append(utf8: String(repeating: "0", count: 4 - digits.utf8.count) + digits)
                }
            default: append(contentsOf: UTF8.encode(character).map { Array($0) } ?? [])
            }
        }
        append(UInt8(ascii: "\""))
    }
}

extension Unicode.Scalar {
    /// Whether it breaks lines, is not to be seen, or changes how what follows is shown.
    fileprivate var needsEscape: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: false
        }
    }
}
#endif
