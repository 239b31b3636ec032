#if Serving
extension [UInt8] {
    /// Adds characters as they are.
    @inline(__always)
    mutating func append(text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds characters as they are.
    mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }

    /// Adds a whole number.
    mutating func append(number: some FixedWidthInteger) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var magnitude = UInt64(number.magnitude)
            var first = 20
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            if number < 0 { append(UInt8(ascii: "-")) }
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    /// Adds a number with the fewest digits that give it back; null for one that is not finite.
    mutating func append(float: Float) {
        if float.isFinite { append(utf8: float.description) } else { append(text: "null") }
    }

    /// Adds a number with the fewest digits that give it back; null for one that is not finite.
    mutating func append(double: Double) {
        if double.isFinite { append(utf8: double.description) } else { append(text: "null") }
    }

    /// Adds a text in quotes.
    mutating func append(quoted text: String) {
        var text = text
        append(UInt8(ascii: "\""))
        text.withUTF8 { append(escaping: $0) }
        append(UInt8(ascii: "\""))
    }

    /// Adds the characters of a text, those between two that need an escape at a time.
    private mutating func append(escaping characters: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in characters.indices {
            let character = characters[index]
            if character >= 0x20, character != UInt8(ascii: "\""), character != UInt8(ascii: "\\") { continue }
            append(contentsOf: UnsafeBufferPointer(rebasing: characters[start..<index]))
            append(escapeOf: character)
            start = index + 1
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: characters[start...]))
    }

    private mutating func append(escapeOf character: UInt8) {
        switch character {
        case UInt8(ascii: "\n"): append(text: "\\n")
        case UInt8(ascii: "\r"): append(text: "\\r")
        case UInt8(ascii: "\t"): append(text: "\\t")
        case 0..<0x20:
            append(text: character < 0x10 ? "\\u000" : "\\u001")
            append(utf8: String(character & 0xf, radix: 16))
        default:
            append(UInt8(ascii: "\\"))
            append(character)
        }
    }
}
#endif
