#if ServingGRPC
import NIOCore
import NIOHPACK

/// How the calls of a connection have ended, as the bytes tell that a server has sent.
struct EndedCalls {
    /// The `grpc-status` of each call that has ended with one, by the number of its stream.
    private(set) var statuses: [UInt32: Int] = [:]

    /// - Throws: when heads are not packed as HTTP/2 has it.
    init(_ bytes: [UInt8]) throws {
        var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
        // Each is one frame, and nothing but fields is in it, as the server writes them.
        for frame in RawFrame.all(in: bytes[...]) where frame.isHead {
            var payload = ByteBuffer(bytes: frame.payload)
            let fields = try decoder.decodeHeaders(from: &payload)
            guard frame.isLast, let status = fields.first(name: "grpc-status") else { continue }
            statuses[frame.stream] = Int(status)
        }
    }
}
#endif
