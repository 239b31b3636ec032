import ReinCheckpoints

/// Reads XML from its beginning to its end: elements and texts, as far as servers of objects use it.
///
/// Attributes are passed over. What declares a document type is refused, and with it every entity but the five that XML
/// has and numbers. Nothing is believed: depth and lengths have limits, and elements must end in order.
struct XMLScanner {
    /// What comes next.
    enum Event: Equatable {
        /// An element begins; its name without a prefix.
        case start(String)
        /// An element ends.
        case end(String)
        /// Characters between.
        case text(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    private var pendingEnd: String?
    private var hasRoot = false

    private static let depthLimit = 16
    private static let nameLimit = 128

    /// Starts at the beginning of a text.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads on; nil at the end.
    ///
    /// - Throws: `StateError` for what is no XML, or has no end.
    mutating func next() throws(StateError) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            open.removeLast()
            return .end(name)
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                let text = try characters()
                if !open.isEmpty { return .text(text) }
                guard text.allSatisfy({ $0.isWhitespace || $0 == "\u{feff}" }) else {
                    throw error("holds text outside")
                }
            } else if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!--") {
                position += 4
                try skip(past: "-->")
            } else if starts(with: "<![CDATA["), !open.isEmpty {
                position += 9
                let start = position
                try skip(past: "]]>")
                return .text(try string(bytes[start..<(position - 3)]))
            } else if starts(with: "<!") {
                throw error("declares a document type")
            } else if starts(with: "</") {
                return try end()
            } else {
                return try start()
            }
        }
        guard open.isEmpty, hasRoot else { throw StateError(.unavailable, "the XML ends in the middle") }
        return nil
    }

    private mutating func start() throws(StateError) -> Event {
        position += 1
        let name = try name()
        guard !open.isEmpty || !hasRoot else { throw error("has two roots") }
        guard open.count < Self.depthLimit else { throw error("is nested deeper than \(Self.depthLimit)") }
        hasRoot = true
        open.append(name)
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if let mark = quote {
                if byte == mark { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                throw error("has a < inside of a tag")
            } else if byte == UInt8(ascii: ">") {
                if bytes[position - 2] == UInt8(ascii: "/") { pendingEnd = name }
                return .start(name)
            }
        }
        throw StateError(.unavailable, "the XML ends in the middle")
    }

    private mutating func end() throws(StateError) -> Event {
        position += 2
        let name = try name()
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
        guard position < bytes.count else { throw StateError(.unavailable, "the XML ends in the middle") }
        guard bytes[position] == UInt8(ascii: ">"), open.last == name else {
            throw error("ends an element out of order")
        }
        position += 1
        open.removeLast()
        return .end(name)
    }

    private mutating func name() throws(StateError) -> String {
        let start = position
        while position < bytes.count, !isSpace(bytes[position]), !"/><\"'=&".utf8.contains(bytes[position]) {
            position += 1
        }
        let name = bytes[start..<position]
        guard !name.isEmpty, name.count <= Self.nameLimit else { throw error("has an element without a name") }
        let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
        return try string(local)
    }

    private mutating func characters() throws(StateError) -> String {
        var result: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                result += try entity()
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return try string(result[...])
    }

    private mutating func entity() throws(StateError) -> [UInt8] {
        let rest = bytes[(position + 1)...].prefix(12)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { throw error("has an & without a ;") }
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default:
            let number =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            guard let scalar = number.flatMap(Unicode.Scalar.init), scalar.value != 0 else {
                throw error("has the entity \"&\(name.shortened);\", which is not read")
            }
            return Array(String(scalar).utf8)
        }
    }

    private mutating func skip(past mark: String) throws(StateError) {
        let mark = Array(mark.utf8)
        while position + mark.count <= bytes.count {
            if bytes[position...].starts(with: mark) {
                position += mark.count
                return
            }
            position += 1
        }
        throw StateError(.unavailable, "the XML ends in the middle")
    }

    private func starts(with mark: String) -> Bool { bytes[position...].starts(with: mark.utf8) }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    private func string(_ bytes: ArraySlice<UInt8>) throws(StateError) -> String {
        guard let string = String(validating: bytes, as: UTF8.self) else { throw error("is not UTF-8") }
        return string
    }

    private func error(_ words: String) -> StateError {
        StateError(.malformed, "the XML \(words), at byte \(position)")
    }
}
