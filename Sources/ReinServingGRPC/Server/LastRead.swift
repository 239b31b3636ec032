#if ServingGRPC
import NIOCore
import NIOHTTP2

/// Has HTTP/2 let go of the calls of a connection that is closed while it is read, as it is for bytes that are no HTTP/2.
///
/// NIOHTTP2 notes the calls for which something has come until it is told that all that came was read, which a connection
/// that is closed is not told any more. Calls that are noted and their connection keep each other, for ever.
final class LastRead: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var isReading = false
    /// Whether something has come, and HTTP/2 was not told that this is all.
    private var isIncomplete = false
    private var isOver = false

    /// Puts what is needed before the handler of HTTP/2 of a connection, on its event loop.
    static func addHandler(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(LastRead(), position: .before(pipeline.handler(type: NIOHTTP2Handler.self)))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isIncomplete = true
        isReading = true
        context.fireChannelRead(data)
        isReading = false
        if isOver { complete(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isIncomplete = false
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        context.fireChannelInactive()
        // Whatever closed it while it is read may note one more call.
        if !isReading { complete(context) }
    }

    private func complete(_ context: ChannelHandlerContext) {
        guard isIncomplete else { return }
        isIncomplete = false
        context.fireChannelReadComplete()
    }
}
#endif
