/// Writes trees as JSON.
struct JSONWriter {
    let pretty: Bool
    /// Whether numbers that are not finite are written as the words that Python's `json` has for them.
    let writesNonFiniteNumbers: Bool
    /// What has been written, in UTF-8.
    private(set) var bytes: [UInt8] = []
    private var indentation = 0

    init(pretty: Bool, writingNonFiniteNumbers writesNonFiniteNumbers: Bool = false) {
        self.pretty = pretty
        self.writesNonFiniteNumbers = writesNonFiniteNumbers
    }

    /// What has been written.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func write(_ tree: StateTree) {
        switch tree {
        case .null: put("null")
        case .bool(true): put("true")
        case .bool(false): put("false")
        case .int(let value): write(value)
        case .double(let value): write(value)
        case .string(let value): write(value)
        case .bytes(let value): write(Base64.text(value))
        case .tensor(let tensor): write(JSONWriter.nestedLists(tensor))
        case .list(let elements):
            let isSpread = pretty && elements.contains { $0.isContainer }
            writeItems("[", elements, "]", isSpread: isSpread) { $0.write($1) }
        case .map(let map):
            writeItems("{", map.entries, "}", isSpread: pretty) {
                $0.write($1.key)
                if $0.pretty { $0.put(": ") } else { $0.put(":") }
                $0.write($1.value)
            }
        }
    }

    /// Writes characters as they are.
    mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(text: String) { bytes.append(contentsOf: text.utf8) }

    /// Writes a double; one that is not finite as null, or as a word.
    mutating func write(_ value: Double) {
        if value.isFinite {
            put(text: value.description)
        } else if !writesNonFiniteNumbers {
            put("null")
        } else if value.isNaN {
            put("NaN")
        } else if value < 0 {
            put("-Infinity")
        } else {
            put("Infinity")
        }
    }

    /// Writes an integer.
    mutating func write(_ value: Int64) {
        var magnitude = value.magnitude
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    /// Writes a string in quotes.
    mutating func write(_ string: String) {
        var string = string
        string.withUTF8 { write(utf8: $0) }
    }

    /// Writes a string in quotes that is given in UTF-8.
    mutating func write(utf8 string: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        writeEscaped(string)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the characters of a string, those between two that need an escape at a time.
    private mutating func writeEscaped(_ characters: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, character) in characters.enumerated() where Self.needsEscape(character) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[start..<index]))
            putEscape(of: character)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: characters[start...]))
    }

    private static func needsEscape(_ character: UInt8) -> Bool {
        character < 0x20 || character == UInt8(ascii: "\"") || character == UInt8(ascii: "\\")
    }

    private mutating func putEscape(of character: UInt8) {
        switch character {
        case UInt8(ascii: "\n"): put("\\n")
        case UInt8(ascii: "\r"): put("\\r")
        case UInt8(ascii: "\t"): put("\\t")
        case 0..<0x20:
            let digits = String(character, radix: 16)
            put(text: "\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        default:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(character)
        }
    }

    private mutating func writeItems<Item>(
        _ open: StaticString, _ items: [Item], _ close: StaticString, isSpread: Bool,
        write: (inout JSONWriter, Item) -> Void
    ) {
        put(open)
        indentation += 2
        for (index, item) in items.enumerated() {
            if index > 0 {
                if pretty && !isSpread { put(", ") } else { put(",") }
            }
            if isSpread { breakLine() }
            write(&self, item)
        }
        indentation -= 2
        if isSpread, !items.isEmpty { breakLine() }
        put(close)
    }

    private mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    }
}

extension JSONWriter {
    /// The numbers of a tensor as lists in lists.
    private static func nestedLists(_ tensor: StateTensor) -> StateTree {
        func level(_ axis: Int, _ first: Int, _ count: Int) -> StateTree {
            guard axis < tensor.shape.count else { return element(first) }
            let length = tensor.shape[axis]
            let stride = length == 0 ? 0 : count / length
            return .list((0..<length).map { level(axis + 1, first + $0 * stride, stride) })
        }
        func load<Number: BitwiseCopyable>(_ index: Int, _ type: Number.Type) -> Number {
            tensor.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * tensor.elementType.size, as: type) }
        }
        func element(_ index: Int) -> StateTree {
            switch tensor.elementType {
            case .float64: .double(load(index, Double.self))
            case .float32: .double(Double(load(index, Float.self).description) ?? .nan)
            case .float16, .uint16: .int(Int64(load(index, UInt16.self)))
            case .int64: .int(load(index, Int64.self))
            case .int32: .int(Int64(load(index, Int32.self)))
            case .int16: .int(Int64(load(index, Int16.self)))
            case .int8: .int(Int64(load(index, Int8.self)))
            case .uint64: .int(Int64(truncatingIfNeeded: load(index, UInt64.self)))
            case .uint32: .int(Int64(load(index, UInt32.self)))
            case .uint8: .int(Int64(load(index, UInt8.self)))
            case .bool: .bool(load(index, UInt8.self) != 0)
            }
        }
        return level(0, 0, tensor.count)
    }
}

extension StateTree {
    /// Whether JSON writes it with brackets or braces.
    fileprivate var isContainer: Bool {
        switch self {
        case .list(let elements): !elements.isEmpty
        case .map(let map): !map.isEmpty
        case .tensor(let tensor): !tensor.shape.isEmpty
        default: false
        }
    }
}
