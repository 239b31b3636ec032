#if ServingGRPC
import NIOCore
import NIOHTTP2
import ReinServing

/// Counts what has come for the calls of a connection and that nobody has read among what all requests take of memory, and closes
/// the connection when there is no more.
///
/// HTTP/2 keeps the frames of a call until whoever reads the call asks for more, which they do not while an answer waits to be
/// taken. Of data it lets a client send a quarter of a megabyte then, but a frame takes hundreds of bytes of memory even if it has one.
final class UnreadFrames: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What a frame takes beside its bytes, about.
    private static let frameSize = 512

    private let memory: BodyMemory
    private let onRefusal: @Sendable () -> Void
    private var pieces = FramePieces()
    /// What is taken for each call that frames may be kept for.
    private var taken: [Int: Int] = [:]

    private init(_ memory: BodyMemory, onRefusal: @escaping @Sendable () -> Void) {
        self.memory = memory
        self.onRefusal = onRefusal
    }

    /// Puts one before the handler of HTTP/2 of a connection, on its event loop.
    ///
    /// - Parameters:
    ///   - memory: what frames take a part of.
    ///   - onRefusal: is told that the connection is closed since there is no more.
    static func addHandler(
        to channel: any Channel, memory: BodyMemory, onRefusal: @escaping @Sendable () -> Void
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(
            UnreadFrames(memory, onRefusal: onRefusal),
            position: .before(pipeline.handler(type: NIOHTTP2Handler.self)))
    }

    /// What counts the frames of a call, on its event loop; nil when its connection is closed.
    static func of(call channel: any Channel) -> Call? {
        guard
            let frames = try? channel.parent?.pipeline.syncOperations.handler(type: UnreadFrames.self),
            let stream = try? channel.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        else { return nil }
        return Call(frames: frames, stream: Int(stream))
    }

    /// One of the calls.
    struct Call {
        fileprivate let frames: UnreadFrames
        fileprivate let stream: Int

        /// All that has come has been read.
        func isRead() { frames.setTaken(0, stream) }

        /// The call is over.
        func end() { frames.setTaken(nil, stream) }
    }

    private func setTaken(_ count: Int?, _ stream: Int) {
        let before = taken[stream]
        if before != count { taken[stream] = count }
        memory.release(before ?? 0)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        let result = bytes.withUnsafeReadableBytes { bytes in
            Result { () throws(ServingError) in
                // What comes for others is read at once, or belongs to none.
                try pieces.read(bytes) { stream, count throws(ServingError) in
                    guard let before = taken[stream] else { return }
                    try memory.take(Self.frameSize + count)
                    taken[stream] = before + Self.frameSize + count
                }
            }
        }
        guard case .success = result else {
            onRefusal()
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        for count in taken.values { memory.release(count) }
        taken = [:]
    }
}
#endif
