#if Serving
import ReinCheckpoints

/// Walks over a JSON text in UTF-8, value by value, without making a tree of it.
///
/// The position never leaves `0...bytes.count`: it moves on only past a byte that has been looked at.
struct JSONScanner {
    /// The text.
    let bytes: UnsafeRawBufferPointer
    /// What is too much.
    let limits: WireLimits
    /// Where the next byte stands.
    var position = 0
    /// How many lists and objects are open.
    private var depth = 0

    /// Stands before the first byte.
    init(_ bytes: UnsafeRawBufferPointer, limits: WireLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The byte at the position; at the end 0, which is nowhere allowed.
    @inline(__always) var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// Moves on to what is no white space.
    @inline(__always) mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    /// Moves on past a byte if it is the next one.
    @inline(__always) mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        position += 1
        return true
    }

    /// Moves on past a word if it comes next.
    mutating func take(_ word: StaticString) -> Bool {
        let end = min(position + word.utf8CodeUnitCount, bytes.count)
        guard matches(word, from: position, to: end) else { return false }
        position = end
        return true
    }

    /// Whether the bytes of a range are those of a word.
    func matches(_ word: StaticString, from start: Int, to end: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard end - start == count else { return false }
        for index in 0..<count where bytes[start + index] != word.utf8Start[index] { return false }
        return true
    }

    /// Moves on past the `{` of an object, whose members `member(isFirst:)` then finds.
    mutating func openObject(_ expected: StaticString) throws(ServingError) {
        try open(UInt8(ascii: "{"), expected)
    }

    /// Moves on past the `[` of a list, whose elements `element(isFirst:)` then finds.
    mutating func openList(_ expected: StaticString) throws(ServingError) {
        try open(UInt8(ascii: "["), expected)
    }

    @inline(__always)
    private mutating func open(_ bracket: UInt8, _ expected: StaticString) throws(ServingError) {
        skipSpace()
        guard take(bracket) else { throw unexpected(expected) }
        depth += 1
        if depth > limits.nesting {
            throw error("lists and objects stand in each other more than \(limits.nesting) deep", at: position - 1)
        }
    }

    /// Moves on to the value of the next member of an object.
    ///
    /// - Parameter isFirst: whether no member has been found yet; false afterwards.
    /// - Returns: the member's name; nil at the end of the object.
    mutating func member(isFirst: inout Bool) throws(ServingError) -> JSONText? {
        skipSpace()
        if isFirst {
            isFirst = false
            if close(UInt8(ascii: "}")) { return nil }
        } else {
            if close(UInt8(ascii: "}")) { return nil }
            guard take(UInt8(ascii: ",")) else { throw unexpected("a comma or the end of the object") }
            skipSpace()
        }
        guard byte == UInt8(ascii: "\"") else { throw unexpected("the name of a member") }
        let name = try text()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
        skipSpace()
        return name
    }

    /// Moves on to the next element of a list.
    ///
    /// - Parameter isFirst: whether no element has been found yet; false afterwards.
    /// - Returns: false at the end of the list.
    @inline(__always)
    mutating func element(isFirst: inout Bool) throws(ServingError) -> Bool {
        skipSpace()
        if close(UInt8(ascii: "]")) { return false }
        if isFirst {
            isFirst = false
        } else {
            guard take(UInt8(ascii: ",")) else { throw unexpected("a comma or the end of the list") }
            skipSpace()
            if byte == UInt8(ascii: "]") { throw unexpected("an element") }
        }
        return true
    }

    @inline(__always)
    private mutating func close(_ bracket: UInt8) -> Bool {
        guard take(bracket) else { return false }
        depth -= 1
        return true
    }

    /// Moves on past a value that nobody asks for, which has to be well-formed all the same.
    mutating func skipValue() throws(ServingError) {
        skipSpace()
        switch byte {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "{"):
            try openObject("an object")
            var isFirst = true
            while try member(isFirst: &isFirst) != nil { try skipValue() }
        case UInt8(ascii: "["):
            try openList("a list")
            var isFirst = true
            while try element(isFirst: &isFirst) { try skipValue() }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        default:
            guard take("true") || take("false") || take("null") else { throw unexpected("a value") }
        }
    }

    /// Makes sure that nothing follows.
    mutating func end() throws(ServingError) {
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the JSON") }
    }
}
#endif
