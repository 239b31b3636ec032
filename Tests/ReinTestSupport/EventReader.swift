import ReinCheckpoints

/// Reads event files as far as tests compare them: a small reader of Protocol Buffers.
package struct EventReader {
    /// A number or a histogram under a tag.
    package struct Value: Equatable {
        /// The step that it belongs to.
        package var step: Int
        /// The tag.
        package var tag: String
        /// The number, if it is one.
        package var scalar: Float?
        /// The number of values in a histogram, and their sum.
        package var histogram: [Double]?
        /// The plugin of TensorBoard that reads it.
        package var plugin: String?
        /// What the plugin reads.
        package var content: [UInt8] = []

        /// Makes a value.
        package init(step: Int, tag: String, histogram: [Double]? = nil) {
            self.step = step
            self.tag = tag
            self.histogram = histogram
        }
    }

    /// What the first record says of the file.
    package var version: String?
    /// The steps at which a training that was interrupted goes on.
    package var starts: [Int] = []
    /// Everything that has a tag, in order.
    package var values: [Value] = []

    /// Reads a file, and checks the checksums of all its records.
    ///
    /// - Throws: `StateError` when one is wrong.
    package init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Array(rest.prefix(8))
            let size = Int(Self.littleEndian(length))
            let record = Array(rest.dropFirst(12).prefix(size))
            guard rest.count >= 16 + size,
                Self.littleEndian(rest.dropFirst(8).prefix(4)) == UInt64(Self.maskedChecksum(length)),
                Self.littleEndian(rest.dropFirst(12 + size).prefix(4)) == UInt64(Self.maskedChecksum(record))
            else { throw StateError(.malformed, "a record is damaged") }
            read(record)
            rest = rest.dropFirst(16 + size)
        }
    }

    private mutating func read(_ record: [UInt8]) {
        var step = 0
        for (field, value) in Self.fields(record) {
            switch (field, value) {
            case (2, .varint(let number)): step = Int(truncatingIfNeeded: number)
            case (3, .bytes(let text)): version = String(decoding: text, as: UTF8.self)
            case (5, .bytes(let summary)):
                for case (1, .bytes(let value)) in Self.fields(summary) { values.append(Self.value(value, step)) }
            case (7, .bytes(let session)):
                for case (1, .varint(1)) in Self.fields(session) { starts.append(step) }
            default: break
            }
        }
    }

    private static func value(_ bytes: [UInt8], _ step: Int) -> Value {
        var result = Value(step: step, tag: "")
        for (field, value) in fields(bytes) {
            switch (field, value) {
            case (1, .bytes(let text)): result.tag = String(decoding: text, as: UTF8.self)
            case (2, .fixed(let bits)): result.scalar = Float(bitPattern: UInt32(bits))
            case (5, .bytes(let histogram)):
                result.histogram = fields(histogram).compactMap { field, value in
                    if case .fixed(let bits) = value, field == 3 || field == 4 { Double(bitPattern: bits) } else { nil }
                }
            case (9, .bytes(let metadata)):
                for case (1, .bytes(let data)) in fields(metadata) {
                    for case (let part, .bytes(let bytes)) in fields(data) {
                        if part == 1 { result.plugin = String(decoding: bytes, as: UTF8.self) }
                        if part == 2 { result.content = bytes }
                    }
                }
            default: break
            }
        }
        return result
    }

    /// The texts in a message, in the fields of these numbers inside one another.
    package static func texts(_ message: [UInt8], at path: ArraySlice<Int>) -> [String] {
        guard let first = path.first else { return [String(decoding: message, as: UTF8.self)] }
        return fields(message).flatMap { field, value -> [String] in
            guard field == first, case .bytes(let inner) = value else { return [] }
            return texts(inner, at: path.dropFirst())
        }
    }

    private static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let checksum = CRC32C.checksum(bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
    }

    private enum Field {
        case varint(UInt64), fixed(UInt64), bytes([UInt8])
    }

    private static func fields(_ bytes: [UInt8]) -> [(Int, Field)] {
        var rest = bytes[...]
        func varint() -> UInt64 {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7f) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return value
        }
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        var fields: [(Int, Field)] = []
        while !rest.isEmpty {
            let key = varint()
            let value: Field =
                switch key & 7 {
                case 0: .varint(varint())
                case 1: .fixed(littleEndian(take(8)))
                case 2: .bytes(take(Int(varint())))
                default: .fixed(littleEndian(take(4)))
                }
            fields.append((Int(key >> 3), value))
        }
        return fields
    }

    private static func littleEndian(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
