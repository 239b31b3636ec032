#if ServingGRPC
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Ends calls with a status that would end without one: whose message is too large, does not come in time, or cannot be
/// unpacked, and those that are going on when the server does not wait any longer.
final class CallGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// A status of gRPC.
    private enum Status: String {
        case deadlineExceeded = "4"
        case resourceExhausted = "8"
        case unavailable = "14"
    }

    private let timeout: TimeAmount
    private var messages: MessageLengths
    /// Whether a call of one message has begun, and the message has not come to its end.
    private var awaitsEnd = false
    private var isReading = false
    /// Whether the client has said all that it says.
    private var hasEndedCall = false
    private var hasBegunAnswer = false
    private var hasEndedAnswer = false
    private var isRefused = false
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - limit: the largest number of bytes of a message.
    ///   - timeout: how long the message of a call that is no stream may take after the head.
    init(limit: Int, timeout: Duration) {
        self.timeout = TimeAmount(timeout)
        messages = MessageLengths(limit: limit)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        switch Self.unwrapInboundIn(data) {
        case .headers(let head):
            let isStream = head.headers.first(name: ":path")?.hasSuffix("/ModelStreamInfer") == true
            hasEndedCall = head.endStream
            awaitsEnd = !isStream && !hasEndedCall
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data, !messages.take(bytes.readableBytesView) {
                return refuse(
                    context, .resourceExhausted, "the message has more than the \(messages.limit) bytes that are read")
            }
            if data.endStream {
                hasEndedCall = true
                stopWaiting()
            }
        default: break
        }
        isReading = true
        context.fireChannelRead(data)
        isReading = false
    }

    /// Messages that come together with the heads of their calls, as most do, take no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if awaitsEnd, deadline == nil {
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            deadline = context.eventLoop.scheduleTask(in: timeout) {
                let (handler, context) = bound.value
                handler.refuse(context, .deadlineExceeded, "the message did not come in time")
            }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWaiting()
        hasEndedAnswer = true
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopWaiting() }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .headers(let head) = Self.unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        hasBegunAnswer = true
        guard head.endStream else { return context.write(data, promise: promise) }
        hasEndedAnswer = true
        context.write(data, promise: promise)
        dropRest(context)
    }

    /// Has the client say no more, once the answer has ended: nobody waits for it. That is no error, which clients would take
    /// for the status.
    private func dropRest(_ context: ChannelHandlerContext) {
        guard !hasEndedCall else { return }
        hasEndedCall = true
        context.write(Self.wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }

    /// Whoever reads messages closes a call that it cannot go on with, and so does a server that does not wait.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard !hasEndedAnswer, mode == .all else { return context.close(mode: mode, promise: promise) }
        if isReading {
            refuse(
                context, .resourceExhausted,
                "the message cannot be unpacked, or has more than the \(messages.limit) bytes that are read", promise)
        } else {
            refuse(context, .unavailable, "the server is stopping", promise)
        }
    }

    private func stopWaiting() {
        awaitsEnd = false
        deadline?.cancel()
        deadline = nil
    }

    /// Answers with a status and its words, in ASCII, and closes the call.
    private func refuse(
        _ context: ChannelHandlerContext, _ status: Status, _ message: String, _ promise: EventLoopPromise<Void>? = nil
    ) {
        guard !hasEndedAnswer else { return context.close(promise: promise) }
        stopWaiting()
        isRefused = true
        hasEndedAnswer = true
        var head: HPACKHeaders = hasBegunAnswer ? [:] : [":status": "200", "content-type": "application/grpc"]
        head.add(name: "grpc-status", value: status.rawValue)
        head.add(name: "grpc-message", value: message)
        context.write(Self.wrapOutboundOut(.headers(.init(headers: head, endStream: true))), promise: nil)
        dropRest(context)
        context.flush()
        context.close(promise: promise)
    }
}
#endif
