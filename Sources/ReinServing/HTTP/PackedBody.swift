#if Serving
import CZlib

/// Bodies that are packed: gzip, and what HTTP calls deflate, which is a zlib stream.
enum PackedBody {
    /// How a body is packed.
    enum Encoding: String, Sendable {
        case gzip
        case deflate
    }

    /// How a header says that a body is packed; nil when it is not.
    ///
    /// - Throws: `ServingError` with `.unsupportedEncoding` for others.
    static func encoding(_ header: String?) throws(ServingError) -> Encoding? {
        guard let name = header?.lowercased(), name != "identity", !name.isEmpty else { return nil }
        if name == "x-gzip" { return .gzip }
        guard let encoding = Encoding(rawValue: name) else {
            throw ServingError(.unsupportedEncoding, "bodies may be packed with gzip or deflate")
        }
        return encoding
    }

    /// Unpacks a body, and takes no more memory than the limit and what zlib needs.
    ///
    /// - Throws: `ServingError` with `.tooLarge` for more than the limit, `.invalidArgument` for what is no such stream.
    static func unpack(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding, limit: Int
    ) throws(ServingError) -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window; 32 more finds out by itself which of the two it is.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ServingError(.unavailable, "there is no memory to unpack the body")
        }
        defer { inflateEnd(&stream) }
        guard body.count <= UInt32.max else { throw tooLarge(limit) }
        stream.next_in = UnsafeMutablePointer(
            mutating: body.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(body.count)
        var output: [UInt8] = []
        var status = body.isEmpty ? Z_DATA_ERROR : Z_OK
        while status == Z_OK {
            let room = min(max(4 * body.count, 1 << 12), 1 << 16, limit - output.count + 1)
            let piece = [UInt8](unsafeUninitializedCapacity: room) { piece, count in
                stream.next_out = piece.baseAddress
                stream.avail_out = UInt32(room)
                status = inflate(&stream, Z_NO_FLUSH)
                count = room - Int(stream.avail_out)
            }
            output += piece
            guard output.count <= limit else { throw tooLarge(limit) }
            // A gzip file may have several members, one after the other (RFC 1952).
            if status == Z_STREAM_END, encoding == .gzip, stream.avail_in > 0 { status = inflateReset(&stream) }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0 else {
            throw ServingError(.invalidArgument, "the body is not one whole \(encoding.rawValue) stream")
        }
        return output
    }

    private static func tooLarge(_ limit: Int) -> ServingError {
        ServingError(.tooLarge, "the body has more than the \(limit) bytes that are read")
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

    /// Whether a client takes answers that are packed with gzip.
    static func acceptsGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard words.first == "gzip" || words.first == "*" else { return false }
            return !words.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}
#endif
