/// Writes trees as JSON.
struct JSONWriter {
    let pretty: Bool
    private(set) var text = ""
    private var indentation = 0

    init(pretty: Bool) { self.pretty = pretty }

    mutating func write(_ tree: StateTree) {
        switch tree {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value): write(value)
        case .string(let value): write(value)
        case .bytes(let value): text += "\"\(Base64.text(value))\""
        case .tensor(let tensor): write(JSONWriter.nestedLists(tensor))
        case .list(let elements):
            let isSpread = pretty && elements.contains { $0.isContainer }
            writeItems("[", elements, "]", isSpread: isSpread) { $0.write($1) }
        case .map(let map):
            writeItems("{", map.entries, "}", isSpread: pretty) {
                $0.write($1.key)
                $0.text += $0.pretty ? ": " : ":"
                $0.write($1.value)
            }
        }
    }

    private mutating func write(_ value: Double) {
        text += value.isFinite ? value.description : "null"
    }

    private mutating func write(_ string: String) {
        text += "\""
        if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text += string
        } else {
            for scalar in string.unicodeScalars { writeEscaped(scalar) }
        }
        text += "\""
    }

    private mutating func writeEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\0"..<" ":
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }

    private mutating func writeItems<Item>(
        _ open: String, _ items: [Item], _ close: String, isSpread: Bool, write: (inout JSONWriter, Item) -> Void
    ) {
        text += open
        indentation += 2
        for (index, item) in items.enumerated() {
            if index > 0 { text += pretty && !isSpread ? ", " : "," }
            if isSpread { breakLine() }
            write(&self, item)
        }
        indentation -= 2
        if isSpread, !items.isEmpty { breakLine() }
        text += close
    }

    private mutating func breakLine() {
        text += "\n"
        for _ in 0..<indentation { text += " " }
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
