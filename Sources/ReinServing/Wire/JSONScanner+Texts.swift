#if Serving
/// Where a text in quotes stands that has been found to be well-formed.
struct JSONText {
    /// The first byte after the opening quote.
    var start: Int
    /// The closing quote.
    var end: Int
    /// Whether something in it is written with a backslash.
    var hasEscapes: Bool
}

extension JSONScanner {
    /// Moves on past the text whose opening quote stands at the position.
    mutating func text() throws(ServingError) -> JSONText {
        position += 1
        let start = position
        var hasEscapes = false
        var union: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                if union >= 0x80, !isUTF8(start..<position) { throw error("the text is not valid UTF-8", at: start) }
                position += 1
                return JSONText(start: start, end: position - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                _ = try escape()
            case 0..<0x20:
                throw error("a control character in a text must be escaped")
            default:
                union |= byte
                position += 1
            }
        }
        throw error("the text does not end", at: start - 1)
    }

    /// Whether a text says a word.
    func says(_ word: StaticString, _ text: JSONText) throws(ServingError) -> Bool {
        if !text.hasEscapes { return matches(word, from: text.start, to: text.end) }
        return try string(text) == word.description
    }

    /// What a text says.
    func string(_ text: JSONText) throws(ServingError) -> String {
        guard text.hasEscapes else { return self.text(of: text.start..<text.end) }
        var copy = self
        copy.position = text.start
        var characters: [UInt8] = []
        characters.reserveCapacity(text.end - text.start)
        while copy.position < text.end {
            if copy.byte == UInt8(ascii: "\\") {
                characters.append(contentsOf: String(try copy.escape()).utf8)
            } else {
                characters.append(copy.byte)
                copy.position += 1
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private func isUTF8(_ range: Range<Int>) -> Bool {
        let part = UnsafeRawBufferPointer(rebasing: bytes[range])
        return part.withMemoryRebound(to: UInt8.self) { (try? UTF8Span(validating: $0.span)) != nil }
    }

    /// Moves on past the escape whose backslash stands at the position, and says what it stands for.
    private mutating func escape() throws(ServingError) -> Unicode.Scalar {
        let start = position
        position += 1
        let letter = byte
        let scalar: Unicode.Scalar
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(letter)
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{c}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"):
            position += 1
            return try escapedScalar(from: start)
        default: throw unexpected("one of \"\\/bfnrtu after a backslash")
        }
        position += 1
        return scalar
    }

    /// The scalar of four hexadecimal digits, or of two times four that form a surrogate pair.
    private mutating func escapedScalar(from start: Int) throws(ServingError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xdc00, take("\\u") {
            let second = try hexadecimal()
            if (0xdc00...0xdfff).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
            {
                return scalar
            }
        }
        throw error("half of a surrogate pair", at: start)
    }

    private mutating func hexadecimal() throws(ServingError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
#endif
