import CZlib

/// zlib streams (RFC 1950), which NumPy arrays inside RLlib's files are packed in.
enum ZlibStream {
    /// Unpacks a stream.
    ///
    /// - Parameters:
    ///   - bytes: one whole stream, and nothing behind it.
    ///   - limit: the largest number of bytes that it may hold.
    /// - Throws: `StateError` with `.malformed` for anything else, whatever it claims to be long.
    static func unpack(_ bytes: [UInt8], limit: Int) throws(StateError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw StateError(.inputOutput, "no memory to unpack a zlib stream")
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var status = Z_OK
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            while status == Z_OK, output.count <= limit {
                let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { piece, count in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(piece.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    count = piece.count - Int(stream.avail_out)
                }
                output += piece
            }
        }
        guard output.count <= limit else {
            throw StateError(.malformed, "a zlib stream of more than \(limit) bytes")
        }
        guard status == Z_STREAM_END, stream.avail_in == 0, bytes.count <= Int(UInt32.max) else {
            throw StateError(.malformed, "is not one whole zlib stream")
        }
        return output
    }

    /// Packs bytes without making them fewer, so that the stream does not depend on zlib's version.
    static func pack(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(0xffff)
            rest = rest.dropFirst(block.count)
            let count = UInt16(block.count)
            stream.append(rest.isEmpty ? 1 : 0)
            for number in [count, ~count] {
                stream += [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            }
            stream += block
        } while !rest.isEmpty
        let sum = bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: adler32_z(1, $0.baseAddress, $0.count)) }
        // Adler-32 of no bytes is 1, which a missing address would not give.
        let checksum = bytes.isEmpty ? 1 : sum
        for shift in stride(from: 24, through: 0, by: -8) {
            stream.append(UInt8(truncatingIfNeeded: checksum >> shift))
        }
        return stream
    }
}
