import ReinCheckpoints

/// Writes pickles of protocol 2, with the few operations that data and plain objects need:
///
///     80 02  c<module>\n<class>\n  ) 81  } ( <key> <value> ... u  b  .
///
/// Nothing is shared between two places: an object that is named twice is written twice.
struct PickleWriter {
    /// What has been written, from the protocol on.
    private(set) var bytes: [UInt8] = [0x80, 2]

    private init() {}

    /// The pickle of a value.
    static func bytes(of value: PickledValue) -> [UInt8] {
        var writer = PickleWriter()
        writer.write(value)
        writer.put(".")
        return writer.bytes
    }

    /// The pickle of a value in hexadecimal digits.
    static func hexadecimal(of value: PickledValue) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = bytes(of: value)
        return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for (place, byte) in bytes.enumerated() {
                text[2 * place] = digits[Int(byte >> 4)]
                text[2 * place + 1] = digits[Int(byte & 15)]
            }
            return 2 * bytes.count
        }
    }

    private mutating func write(_ value: PickledValue) {
        switch value {
        case .data(let tree): write(tree)
        case .list(let elements): list(elements) { $0.write($1) }
        case .object(let type, let attributes):
            put("c")
            put(type.module)
            put("\n")
            put(type.name)
            put("\n)")
            bytes.append(0x81)
            map(attributes) { writer, attribute in
                writer.write(attribute.name)
                writer.write(attribute.value)
            }
            put("b")
        }
    }

    private mutating func write(_ tree: StateTree) {
        switch tree {
        case .null: put("N")
        case .bool(let flag): bytes.append(flag ? 0x88 : 0x89)
        case .int(let number): write(number)
        case .double(let number):
            put("G")
            put(bytesOf: number.bitPattern.bigEndian)
        case .string(let text): write(text)
        case .list(let elements): list(elements) { $0.write($1) }
        case .map(let entries):
            map(entries.entries) { writer, entry in
                writer.write(entry.key)
                writer.write(entry.value)
            }
        case .bytes, .tensor: write((try? JSON.parse(JSON.text(tree))) ?? .null)
        }
    }

    private mutating func write(_ number: Int64) {
        if let short = Int32(exactly: number) {
            put("J")
            put(bytesOf: short.littleEndian)
        } else {
            bytes += [0x8a, 8]
            put(bytesOf: number.littleEndian)
        }
    }

    private mutating func write(_ text: String) {
        put("X")
        put(bytesOf: UInt32(text.utf8.count).littleEndian)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func list<Element>(_ elements: [Element], _ write: (inout PickleWriter, Element) -> Void) {
        put("]")
        guard !elements.isEmpty else { return }
        put("(")
        for element in elements { write(&self, element) }
        put("e")
    }

    private mutating func map<Entry>(_ entries: [Entry], _ write: (inout PickleWriter, Entry) -> Void) {
        put("}")
        guard !entries.isEmpty else { return }
        put("(")
        for entry in entries { write(&self, entry) }
        put("u")
    }

    private mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(bytesOf number: some FixedWidthInteger) {
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }
}
