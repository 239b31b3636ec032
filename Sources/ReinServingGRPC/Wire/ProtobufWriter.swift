#if ServingGRPC
/// Writes a message of Protocol Buffers. Empty texts, which mean the same as none, are left out.
struct ProtobufWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Makes room for a message of about so many bytes.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Writes a number, seven bits in a byte.
    mutating func varint(_ number: UInt64) {
        var number = number
        while number >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
            number >>= 7
        }
        bytes.append(UInt8(number))
    }

    /// Writes a field of text.
    mutating func text(_ number: UInt64, _ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if !utf8.isEmpty { field(number, UnsafeRawBufferPointer(utf8)) }
        }
    }

    /// Writes a field of bytes, also of none.
    mutating func field(_ number: UInt64, _ content: UnsafeRawBufferPointer) {
        varint(number << 3 | 2)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// Writes a field of packed numbers.
    mutating func packed(_ number: UInt64, _ numbers: [Int]) {
        guard !numbers.isEmpty else { return }
        message(number) { writer in
            for number in numbers { writer.varint(UInt64(bitPattern: Int64(number))) }
        }
    }

    /// Writes a message in this one.
    ///
    /// - Parameter content: writes its fields. It is short: where it is not, its length is put before it afterwards.
    mutating func message(_ number: UInt64, _ content: (inout ProtobufWriter) -> Void) {
        varint(number << 3 | 2)
        let start = bytes.count
        bytes.append(0)
        content(&self)
        let length = bytes.count - start - 1
        if length < 0x80 {
            bytes[start] = UInt8(length)
        } else {
            var prefix = ProtobufWriter(capacity: 10)
            prefix.varint(UInt64(length))
            bytes.replaceSubrange(start...start, with: prefix.bytes)
        }
    }
}
#endif
