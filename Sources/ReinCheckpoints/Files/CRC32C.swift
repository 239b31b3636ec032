/// CRC-32C, with Castagnoli's polynomial (RFC 3720, appendix B.4): quick checksums of short records.
package enum CRC32C {
    /// The checksum of bytes.
    package static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
        // One loop for all kinds of collections: called from elsewhere, one over a collection of any kind is twenty times as
        // slow as one over memory.
        bytes.withContiguousStorageIfAvailable { checksum(of: $0) }
            ?? Array(bytes).withUnsafeBufferPointer { checksum(of: $0) }
    }

    private static func checksum(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            var rest = ~UInt32(0)
            for byte in bytes { rest = table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] ^ rest >> 8 }
            return ~rest
        }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82f6_3b78 : rest >> 1 }
    }
}
