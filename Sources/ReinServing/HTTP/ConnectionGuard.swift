#if Serving
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// The number of connections that are open.
final class ConnectionCount: Sendable {
    /// The largest number that is served.
    let limit: Int
    private let count = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Counts one more; whether it is served.
    func enter() -> Bool { count.add(1, ordering: .relaxed).newValue <= limit }

    /// Counts one less.
    func leave() { count.subtract(1, ordering: .relaxed) }
}

/// Refuses connections beyond a number, with words, and closes those on which a body does not come in time.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let connections: ConnectionCount
    private let bodyLimit: TimeAmount
    private var isServed = true
    private var isOpen = false
    /// Whether a head has come, and the end of its body has not.
    private var awaitsBody = false
    private var isRefused = false
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - connections: the connections of the server.
    ///   - bodyLimit: how long a body may take after its head.
    init(_ connections: ConnectionCount, bodyLimit: Duration) {
        self.connections = connections
        self.bodyLimit = TimeAmount(bodyLimit)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isOpen = true
        isServed = connections.enter()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        deadline?.cancel()
        deadline = nil
        guard isOpen else { return }
        isOpen = false
        connections.leave()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        switch Self.unwrapInboundIn(data) {
        case .head:
            guard isServed else {
                return refuse(
                    context,
                    HTTPAnswer(
                        ServingError(.unavailable, "there are \(connections.limit) connections, which is the limit")))
            }
            awaitsBody = true
        case .body: break
        case .end:
            awaitsBody = false
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    /// Bodies that come together with their heads, as most do, take no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if awaitsBody, deadline == nil, !isRefused {
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            deadline = context.eventLoop.scheduleTask(in: bodyLimit) {
                let (handler, context) = bound.value
                handler.refuse(
                    context, HTTPAnswer(ServingError(.requestTimeout, "the body did not come in time")))
            }
        }
        context.fireChannelReadComplete()
    }

    /// Answers, and closes the connection.
    private func refuse(_ context: ChannelHandlerContext, _ answer: HTTPAnswer) {
        guard isOpen, !isRefused else { return }
        isRefused = true
        var fields: HTTPFields = [
            .contentType: "application/json", .contentLength: String(answer.body.count), .connection: "close",
        ]
        if let seconds = answer.retryAfter { fields[.retryAfter] = String(seconds) }
        let head = HTTPResponse(status: .init(code: answer.status), headerFields: fields)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(ByteBuffer(bytes: answer.body))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }
}
#endif
