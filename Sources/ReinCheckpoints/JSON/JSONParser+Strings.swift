extension JSONParser {
    /// The string that begins with the quote at this position.
    mutating func string() throws(StateError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return try valid(
                    String(checkingUTF8: UnsafeRawBufferPointer(rebasing: bytes[start..<position])), at: start)
            case UInt8(ascii: "\\"):
                return try stringWithEscapes(from: start)
            case 0..<0x20:
                throw error("a control character must be escaped in a string")
            default:
                position += 1
            }
        }
        throw error("the string does not end")
    }

    /// Goes on at the first backslash of a string whose text began at `start`.
    private mutating func stringWithEscapes(from start: Int) throws(StateError) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(lengthWithEscapes(from: start))
        text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try valid(text.withUnsafeBytes { String(checkingUTF8: $0) }, at: start)
            case UInt8(ascii: "\\"):
                position += 1
                try appendEscape(to: &text)
            case 0..<0x20:
                throw error("a control character must be escaped in a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw error("the string does not end")
    }

    /// The number of bytes up to the end of the string that began at `start`, which its text does not exceed.
    private func lengthWithEscapes(from start: Int) -> Int {
        var end = position
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(end, bytes.count) - start
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(StateError) {
        guard position < bytes.count else { throw error("the string does not end") }
        switch bytes[position] {
        case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            text.append(contentsOf: String(try escapedScalar()).utf8)
            return
        default: throw error("unknown escape")
        }
        position += 1
    }

    /// The scalar of four hexadecimal digits, or of two times four that form a surrogate pair.
    private mutating func escapedScalar() throws(StateError) -> Unicode.Scalar {
        let start = position
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("half of a surrogate pair", at: start)
        }
        let second = try hexadecimal()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw error("half of a surrogate pair", at: start) }
        return scalar
    }

    private mutating func hexadecimal() throws(StateError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Self.hexadecimalDigit(bytes[position]) else {
                throw error("expected four hexadecimal digits")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private func valid(_ string: String?, at start: Int) throws(StateError) -> String {
        guard let string else { throw error("the string is not valid UTF-8", at: start) }
        return string
    }
}

extension String {
    /// The string that some bytes are in UTF-8, nil if they are not.
    init?(checkingUTF8 bytes: UnsafeRawBufferPointer) {
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        // The initialiser that checks costs more than all else about reading a short text.
        let string = isASCII ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
        guard let string else { return nil }
        self = string
    }
}
