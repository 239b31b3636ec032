#if Serving
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// How answers go out.
extension ConnectionGuard {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard owed > 0, ending == .none || ending == .answering else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch Self.unwrapOutboundIn(data) {
        case .head(let response):
            var head = HTTPResponseHead(response)
            hasWritten = true
            isWriting = true
            complete(&head)
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body(let buffer):
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: promise)
        case .end(let trailers):
            context.write(Self.wrapOutboundOut(.end(trailers.map { HTTPHeaders($0) })), promise: promise)
            isWriting = false
            owed -= 1
            load.endRequests(1)
            guard owed == 0 else { return }
            if ending == .answering { return finish(context) }
            times[.idle] = .now() + idleLimit
            arm(context)
        }
    }

    /// Says whether the connection goes on.
    private func complete(_ head: inout HTTPResponseHead) {
        if head.headers.contains(name: "Connection") {
            // It says that it ends: what has come behind it is not answered.
            load.endRequests(owed - 1)
            owed = 1
            refusal = nil
            ending = .answering
        } else if owed == 1, refusal == nil, ending == .answering || load.isStopping {
            ending = .answering
            head.headers.add(name: "Connection", value: "close")
        } else if isOld {
            head.headers.add(name: "Connection", value: "keep-alive")
        }
    }

    /// Asks for the body that a client offers.
    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if handsOn, !isOld, owed == 1, !isWriting, ending == .none || ending == .answering {
            hasWritten = true
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: promise)
        } else {
            promise?.succeed(())
        }
    }

    /// Says that the body of the request that has come last is wanted; the client waits for that.
    struct BodyWanted: Sendable {}
}
#endif
