#if ServingGRPC
import NIOCore
import NIOHTTP2

/// Has a connection that is being closed read on after a call that its client began before it knew.
///
/// Such a call is refused, so that its client asks elsewhere. Of its message, which is already on its way, NIOHTTP2 makes an
/// error of the connection (swift-nio-http2, issue 466), and leaves what came after it until more comes: among that may be
/// what the client has to say before either side can close the connection, and then nothing more comes.
enum RacedCalls {
    /// Puts what is needed around the handler of HTTP/2 of a connection, on its event loop.
    static func addHandlers(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let http2 = try pipeline.handler(type: NIOHTTP2Handler.self)
        let bytes = Bytes()
        try pipeline.addHandler(bytes, position: .before(http2))
        try pipeline.addHandler(Errors(bytes), position: .after(http2))
    }

    /// Stands before HTTP/2, and has it look once more at what it has.
    private final class Bytes: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer

        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        func lookAgain() {
            guard let context, context.channel.isActive else { return }
            context.fireChannelRead(Self.wrapInboundOut(ByteBuffer()))
            context.fireChannelReadComplete()
        }
    }

    /// Stands behind HTTP/2, and sees its errors.
    private final class Errors: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame
        typealias InboundOut = HTTP2Frame

        private let bytes: Bytes

        init(_ bytes: Bytes) { self.bytes = bytes }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // Where it is no race, the connection is closed by then.
            if error is NIOHTTP2Errors.NoSuchStream {
                let bound = NIOLoopBound(bytes, eventLoop: context.eventLoop)
                context.eventLoop.execute { bound.value.lookAgain() }
            }
            context.fireErrorCaught(error)
        }
    }
}
#endif
