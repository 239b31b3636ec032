#if Serving
import CZlib
package import NIOCore

/// Bodies that are packed: gzip, and what HTTP calls deflate, which is a zlib stream.
package enum PackedBody {
    /// How a body is packed.
    package enum Encoding: String, Sendable {
        case gzip
        case deflate
    }

    /// What every body may be unpacked to, in bytes. Beyond, it is by how much it grows that a bomb is told from a request:
    /// zlib packs zeros a thousand times, and what is observed a few times.
    package static let freeSize = 1 << 20
    /// How many times its size a body may be unpacked to when that is more.
    package static let largestGrowth = 100

    /// How a header says that a body is packed; nil when it is not.
    ///
    /// - Throws: `ServingError` with `.unsupportedEncoding` for others.
    package static func encoding(_ header: String?) throws(ServingError) -> Encoding? {
        guard let name = header?.lowercased(), name != "identity", !name.isEmpty else { return nil }
        if name == "x-gzip" { return .gzip }
        guard let encoding = Encoding(rawValue: name) else {
            throw ServingError(.unsupportedEncoding, "bodies may be packed with gzip or deflate")
        }
        return encoding
    }

    /// Unpacks a body, and takes hardly more memory than what it is unpacked to, and what zlib needs.
    ///
    /// - Parameters:
    ///   - body: the body, as it came.
    ///   - encoding: how it is packed.
    ///   - limit: the largest number of bytes that it is unpacked to.
    ///   - output: receives what it is unpacked to, behind what there is.
    ///   - take: is called before memory is used, with the number of bytes.
    /// - Throws: `ServingError` with `.tooLarge` for more than the limit, or so much more than it was that it is a bomb;
    ///   `.invalidArgument` for what is no such stream; and what `take` throws.
    package static func unpack(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding, limit: Int, into output: inout ByteBuffer,
        take: (_ count: Int) throws(ServingError) -> Void = { _ in }
    ) throws(ServingError) {
        var stream = z_stream()
        // 15 bits of window; 32 more finds out by itself which of the two it is.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ServingError(.unavailable, "there is no memory to unpack the body")
        }
        defer { inflateEnd(&stream) }
        guard body.count <= UInt32.max else { throw tooLarge(limit, body.count) }
        stream.next_in = UnsafeMutablePointer(
            mutating: body.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(body.count)
        let largest = min(limit, max(freeSize, largestGrowth * body.count))
        var (size, taken) = (0, 0)
        var status = body.isEmpty ? Z_DATA_ERROR : Z_OK
        while status == Z_OK {
            let room = min(max(4 * body.count, 1 << 12), 1 << 16, largest - size + 1)
            if size + room > taken {
                try take(size + room - taken)
                taken = size + room
            }
            size += output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { piece in
                stream.next_out = piece.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(room)
                status = inflate(&stream, Z_NO_FLUSH)
                return room - Int(stream.avail_out)
            }
            guard size <= largest else { throw tooLarge(limit, body.count) }
            // A gzip file may have several members, one after the other (RFC 1952).
            if status == Z_STREAM_END, encoding == .gzip, stream.avail_in > 0 { status = inflateReset(&stream) }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0 else {
            throw ServingError(.invalidArgument, "the body is not one whole \(encoding.rawValue) stream")
        }
    }

    private static func tooLarge(_ limit: Int, _ size: Int) -> ServingError {
        guard limit > max(freeSize, largestGrowth * size) else {
            return ServingError(.tooLarge, "the body has more than the \(limit) bytes that are read")
        }
        return ServingError(
            .tooLarge,
            "the body is unpacked to more than \(freeSize) bytes, and to more than \(largestGrowth) times its \(size)")
    }

    /// Packs a body with gzip; nil when there is no memory to do that.
    static func packed(_ body: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // Of the levels the fastest; 16 more than the window makes it gzip.
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK,
            body.count <= UInt32.max / 2
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(body.count)))
        var input = body
        var status = Z_OK
        let output = input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                status = deflate(&stream, Z_FINISH)
                count = bound - Int(stream.avail_out)
            }
        }
        return status == Z_STREAM_END ? output : nil
    }

    /// Whether a client takes answers that are packed with gzip: what it says of that counts, and then what it says of all
    /// others (RFC 9110, section 12.5.3).
    static func acceptsGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        var (gzip, others) = (Bool?.none, false)
        for part in header.split(separator: ",") {
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            let isTaken = !words.dropFirst().contains { ["q=0", "q=0.", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
            switch words.first {
            case "gzip", "x-gzip": gzip = isTaken
            case "*": others = isTaken
            default: break
            }
        }
        return gzip ?? others
    }
}
#endif
