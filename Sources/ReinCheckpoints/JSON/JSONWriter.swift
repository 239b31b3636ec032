/// Writes trees as JSON.
struct JSONWriter {
    let pretty: Bool
    /// What has been written, in UTF-8.
    private(set) var bytes: [UInt8] = []
    private var indentation = 0

    init(pretty: Bool) { self.pretty = pretty }

    /// What has been written.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func write(_ tree: StateTree) {
        switch tree {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .int(let value): put(String(value))
        case .double(let value): put(value.isFinite ? value.description : "null")
        case .string(let value): write(value)
        case .bytes(let value): put("\"\(Base64.text(value))\"")
        case .tensor(let tensor): write(JSONWriter.nestedLists(tensor))
        case .list(let elements):
            let isSpread = pretty && elements.contains { $0.isContainer }
            writeItems("[", elements, "]", isSpread: isSpread) { $0.write($1) }
        case .map(let map):
            writeItems("{", map.entries, "}", isSpread: pretty) {
                $0.write($1.key)
                $0.put($0.pretty ? ": " : ":")
                $0.write($1.value)
            }
        }
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func write(_ string: String) {
        var string = string
        bytes.append(UInt8(ascii: "\""))
        string.withUTF8 { writeEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the characters of a string, those between two that need an escape at a time.
    private mutating func writeEscaped(_ characters: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, character) in characters.enumerated() {
            guard let escape = Self.escape(character) else { continue }
            bytes.append(contentsOf: characters[start..<index])
            put(escape)
            start = index + 1
        }
        bytes.append(contentsOf: characters[start...])
    }

    /// How a character is written inside a string, nil for itself.
    private static func escape(_ character: UInt8) -> String? {
        switch character {
        case UInt8(ascii: "\""): return "\\\""
        case UInt8(ascii: "\\"): return "\\\\"
        case UInt8(ascii: "\n"): return "\\n"
        case UInt8(ascii: "\r"): return "\\r"
        case UInt8(ascii: "\t"): return "\\t"
        case 0..<0x20:
            let digits = String(character, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: return nil
        }
    }

    private mutating func writeItems<Item>(
        _ open: String, _ items: [Item], _ close: String, isSpread: Bool, write: (inout JSONWriter, Item) -> Void
    ) {
        put(open)
        indentation += 2
        for (index, item) in items.enumerated() {
            if index > 0 { put(pretty && !isSpread ? ", " : ",") }
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
