#if ServingGRPC
import NIOCore
import NIOHTTP2

/// Closes connections whose clients
/// - do not say that they have heard that it is to be closed, since nothing is asked on it, or since the server is stopping: the
///   transport asks them with a ping, and waits for ever;
/// - take next to nothing of what is written.
enum SilentClients {
    /// Puts what is needed around the handler of HTTP/2 of a connection, on its event loop.
    ///
    /// - Parameter timeout: how long a client may take for either.
    static func addHandlers(to channel: any Channel, timeout: Duration) throws {
        let pipeline = channel.pipeline.syncOperations
        let http2 = try pipeline.handler(type: NIOHTTP2Handler.self)
        let bytes = Bytes()
        try pipeline.addHandler(bytes, position: .before(http2))
        try pipeline.addHandler(Frames(bytes, TimeAmount(timeout)), position: .after(http2))
    }

    /// Stands before HTTP/2, and counts what is written.
    private final class Bytes: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private(set) var count = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            count += Self.unwrapOutboundIn(data).readableBytes
            context.write(data, promise: promise)
        }
    }

    /// Stands behind HTTP/2.
    private final class Frames: ChannelDuplexHandler {
        typealias InboundIn = HTTP2Frame
        typealias InboundOut = HTTP2Frame
        typealias OutboundIn = HTTP2Frame
        typealias OutboundOut = HTTP2Frame

        private let bytes: Bytes
        private let timeout: TimeAmount
        private var ending: Scheduled<Void>?
        private var writing: Scheduled<Void>?

        init(_ bytes: Bytes, _ timeout: TimeAmount) {
            self.bytes = bytes
            self.timeout = timeout
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if case .goAway = Self.unwrapOutboundIn(data).payload, ending == nil {
                ending = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
            }
            context.write(data, promise: promise)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .ping(_, ack: true) = Self.unwrapInboundIn(data).payload { ending?.cancel() }
            context.fireChannelRead(data)
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) {
            writing?.cancel()
            if !context.channel.isWritable { watchWriting(context) }
            context.fireChannelWritabilityChanged()
        }

        private func watchWriting(_ context: ChannelHandlerContext) {
            let before = taken(context)
            let least = Int(timeout.nanoseconds / 1_000_000_000) * GRPCConfiguration.writeRate
            writing = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in
                if taken(context) - before <= least { context.close(promise: nil) } else { watchWriting(context) }
            }
        }

        /// How many bytes the client has taken.
        private func taken(_ context: ChannelHandlerContext) -> Int {
            bytes.count - ((try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
        }

        func channelInactive(context: ChannelHandlerContext) {
            stopWaiting()
            context.fireChannelInactive()
        }

        func handlerRemoved(context: ChannelHandlerContext) { stopWaiting() }

        private func stopWaiting() {
            ending?.cancel()
            writing?.cancel()
        }
    }
}
#endif
