#if ServingGRPC
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Refuses calls of one message that is too large, or that does not come in time, with a status: what reads messages after it
/// would end them without one. Streams of messages are let through.
final class CallGuard: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let limit: Int
    private let timeout: TimeAmount
    /// Whether the message has not come to its end.
    private var awaitsEnd = false
    private var isRefused = false
    private var received = 0
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - limit: the largest number of bytes of a message as it comes.
    ///   - timeout: how long a message may take after the head of its call.
    init(limit: Int, timeout: Duration) {
        self.limit = limit
        self.timeout = TimeAmount(timeout)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        switch Self.unwrapInboundIn(data) {
        case .headers(let head):
            let isStream = head.headers.first(name: ":path")?.hasSuffix("/ModelStreamInfer") == true
            awaitsEnd = !isStream && !head.endStream
        case .data(let data) where awaitsEnd:
            received += data.data.readableBytes
            // Five bytes before the message say how it is packed, and how long it is.
            guard received <= limit + 5 else {
                return refuse(context, status: "8", "the message has more than the \(limit) bytes that are read")
            }
            if data.endStream { end() }
        default: break
        }
        context.fireChannelRead(data)
    }

    /// Messages that come together with the heads of their calls, as most do, take no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if awaitsEnd, deadline == nil {
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            deadline = context.eventLoop.scheduleTask(in: timeout) {
                let (handler, context) = bound.value
                handler.refuse(context, status: "4", "the message did not come in time")
            }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        awaitsEnd = false
        deadline?.cancel()
        deadline = nil
    }

    /// Answers with a status of gRPC and its words, in ASCII, and closes the call.
    private func refuse(_ context: ChannelHandlerContext, status: String, _ message: String) {
        guard awaitsEnd else { return }
        end()
        isRefused = true
        let head: HPACKHeaders = [
            ":status": "200", "content-type": "application/grpc", "grpc-status": status, "grpc-message": message,
        ]
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(Self.wrapOutboundOut(.headers(.init(headers: head, endStream: true)))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }
}
#endif
