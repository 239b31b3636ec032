/// A recursive-descent parser over bytes. Memory is bounded by a budget, time by the length of the text.
struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    let maximumDepth: Int
    /// Whether Python's words for numbers that are not finite are values.
    let allowsNonFiniteNumbers: Bool
    var position = 0
    private var budget: TreeBudget

    init(
        bytes: UnsafeRawBufferPointer, maximumDepth: Int, allowsNonFiniteNumbers: Bool = false,
        budget: TreeBudget? = nil
    ) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
        self.budget = budget ?? TreeBudget(byteCount: bytes.count)
    }

    /// The one value of the text.
    mutating func document() throws(StateError) -> StateTree {
        let tree = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("expected the end of the text") }
        return tree
    }

    /// The first entries of the object that the text is, up to the first whose value is an object or an array. What
    /// follows is not looked at.
    mutating func leadingScalars() throws(StateError) -> StateMap {
        var map = StateMap()
        skipSpace()
        guard take(UInt8(ascii: "{")) else { throw error("expected an object") }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return map }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("expected a colon") }
            skipSpace()
            if position < bytes.count, bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[") {
                return map
            }
            guard map.append(key, try value(depth: 0)) else {
                throw error("the key \"\(key.shortened)\" appears twice in one object")
            }
            skipSpace()
            guard take(UInt8(ascii: ",")) else { return map }
        }
    }

    private mutating func value(depth: Int) throws(StateError) -> StateTree {
        skipSpace()
        guard position < bytes.count else { throw error("expected a value, found the end of the text") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""):
            let text = try string()
            try count { budget throws(StateError) in try budget.takeText(text) }
            return .string(text)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N") where allowsNonFiniteNumbers: return try word("NaN", .double(.nan))
        case UInt8(ascii: "I") where allowsNonFiniteNumbers: return try word("Infinity", .double(.infinity))
        case UInt8(ascii: "-")
        where allowsNonFiniteNumbers && bytes[position...].dropFirst().first == UInt8(ascii: "I"):
            return try word("-Infinity", .double(-.infinity))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("expected a value")
        }
    }

    private mutating func object(depth: Int) throws(StateError) -> StateTree {
        guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth) levels") }
        position += 1
        var map = StateMap()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .map(map) }
        while true {
            skipSpace()
            let start = position
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("expected a key in double quotes")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("expected a colon") }
            let size = map.allocatedBytes
            guard map.append(key, try value(depth: depth)) else {
                throw error("the key \"\(key.shortened)\" appears twice in one object", at: start)
            }
            try count { budget throws(StateError) in
                try budget.takeText(key)
                try budget.takeGrowth(of: map, from: size)
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .map(map) }
            guard take(UInt8(ascii: ",")) else { throw error("expected a comma or the end of the object") }
        }
    }

    private mutating func array(depth: Int) throws(StateError) -> StateTree {
        guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth) levels") }
        position += 1
        var elements: [StateTree] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(elements) }
        while true {
            let element = try value(depth: depth)
            if elements.count == elements.capacity {
                try count { budget throws(StateError) in try budget.takeRoomForNext(in: elements) }
            }
            elements.append(element)
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(elements) }
            guard take(UInt8(ascii: ",")) else { throw error("expected a comma or the end of the array") }
        }
    }

    /// Takes memory from the budget; the error says where there was too little.
    private mutating func count(_ take: (inout TreeBudget) throws(StateError) -> Void) throws(StateError) {
        do { try take(&budget) } catch { throw self.error("\(error.message)", code: error.code) }
    }

    private mutating func word(_ word: StaticString, _ tree: StateTree) throws(StateError) -> StateTree {
        let length = word.utf8CodeUnitCount
        guard bytes.count - position >= length,
            (0..<length).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { throw error("expected a value") }
        position += length
        return tree
    }

    private mutating func number() throws(StateError) -> StateTree {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let firstDigit = position
        try digits()
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            throw error("a number must not begin with zero", at: start)
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        if isInteger { return .int(try integer(firstDigit..<position, isNegative: isNegative)) }
        guard let double = Double(String(decoding: bytes[start..<position], as: UTF8.self)), double.isFinite else {
            throw error("the number is too large for a double", at: start, code: .outOfRange)
        }
        return .double(double)
    }

    private mutating func digits() throws(StateError) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw error("expected a digit") }
    }

    private func integer(_ range: Range<Int>, isNegative: Bool) throws(StateError) -> Int64 {
        var magnitude: UInt64 = 0
        let limit: UInt64 = isNegative ? 1 << 63 : (1 << 63) - 1
        for byte in bytes[range] {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !overflow, !carry, sum <= limit else {
                throw error("the integer does not fit 64 bits", at: range.lowerBound, code: .outOfRange)
            }
            magnitude = sum
        }
        return Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    /// An error with the line and the column, both from one, the column in Unicode scalars.
    func error(_ message: String, at place: Int? = nil, code: StateError.Code = .malformed) -> StateError {
        var line = 1
        var column = 1
        for byte in bytes[..<(place ?? position)] {
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return StateError(code, "JSON, line \(line), column \(column): \(message)")
    }
}
