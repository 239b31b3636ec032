/// The framing of records in event files, that of TensorFlow's record files: the length in eight bytes, its checksum, the
/// record, its checksum.
enum EventRecord {
    /// A record with its frame.
    static func framed(_ record: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(record.count))
        return length + littleEndian(maskedChecksum(length)) + record + littleEndian(maskedChecksum(record))
    }

    /// The CRC-32C of bytes, turned and shifted so that records inside records keep unlike checksums.
    static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let checksum = CRC32C.checksum(bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
