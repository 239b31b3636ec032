/// Writes messages of Protocol Buffers, field by field, as the wire format's description has them
/// (https://protobuf.dev/programming-guides/encoding).
///
///     var event = ProtobufWriter()
///     event.double(1, 1_700_000_000)
///     event.message(5) { summary in summary.string(1, "loss") }
///
/// There is no schema, and nothing is read: the few messages that are written are told by the numbers of their fields. A
/// generated writer would add a minute to every build and four thousand lines. Fields are to be written in the order of
/// their numbers, as other writers do; like those, callers leave out what has its default.
package struct ProtobufWriter {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Begins a message.
    package init() {}

    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// Writes a whole number; a negative one takes ten bytes, as the types `int32` and `int64` have it.
    @inline(never)
    package mutating func integer(_ field: Int, _ value: Int64) {
        key(field, .varint)
        varint(UInt64(bitPattern: value))
    }

    /// Writes a truth value.
    package mutating func bool(_ field: Int, _ value: Bool) { integer(field, value ? 1 : 0) }

    /// Writes a 64-bit number.
    @inline(never)
    package mutating func double(_ field: Int, _ value: Double) {
        key(field, .fixed64)
        littleEndian(value.bitPattern)
    }

    /// Writes a 32-bit number.
    @inline(never)
    package mutating func float(_ field: Int, _ value: Float) {
        key(field, .fixed32)
        littleEndian(value.bitPattern)
    }

    /// Writes a text.
    @inline(never)
    package mutating func string(_ field: Int, _ value: String) { self.bytes(field, Array(value.utf8)) }

    /// Writes bytes.
    @inline(never)
    package mutating func bytes(_ field: Int, _ value: [UInt8]) {
        key(field, .lengthDelimited)
        varint(UInt64(value.count))
        bytes += value
    }

    /// Writes a message inside this one.
    @inline(never)
    package mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        bytes(field, inner.bytes)
    }

    /// Writes 64-bit numbers without a key for each.
    @inline(never)
    package mutating func doubles(_ field: Int, _ values: [Double]) {
        key(field, .lengthDelimited)
        varint(UInt64(values.count * 8))
        for value in values { littleEndian(value.bitPattern) }
    }

    private mutating func key(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | type.rawValue) }

    @inline(never)
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func littleEndian(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}
