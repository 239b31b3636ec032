#if Serving
import NIOCore
import NIOHTTP1

/// How a connection ends, whoever has that happen: the server that stops, a client that has said its last request or sends no
/// more, a refusal, or time.
extension ConnectionGuard {
    /// Writes the refusal if there is one, and closes the connection when the client has taken all that was written.
    func finish(_ context: ChannelHandlerContext) {
        ending = .flushing
        load.endRequests(owed)
        owed = 0
        if let refusal { write(refusal, context) }
        guard hasWritten else { return shut(context) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        // An empty piece behind all that was written.
        context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: promise)
        times[.idle] = .distantFuture
        times[.request] = .distantFuture
        watchWriting(context)
        promise.futureResult.assumeIsolated().whenComplete { _ in self.flushed(context) }
    }

    private func write(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        hasWritten = true
        if let kind = answer.refusal { load.onRefusal(kind) }
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(answer.body.count), "Connection": "close",
        ]
        if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        context.write(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// The client has taken all that was written, or never will.
    private func flushed(_ context: ChannelHandlerContext) {
        guard ending == .flushing else { return }
        // Closing while something comes has the system of the client drop what it has not looked at yet.
        guard reading != .nothing, !isInputClosed, !isCancelled else { return shut(context) }
        ending = .lingering
        times[.write] = .distantFuture
        times[.linger] = .now() + ConnectionLimits.linger
        arm(context)
        context.close(mode: .output, promise: nil)
        // Those who answer may have stopped reading.
        context.read()
    }

    /// Closes the connection.
    ///
    /// - Parameter hurries: whether a client that takes nothing does not get to know it, either.
    func shut(_ context: ChannelHandlerContext, hurries: Bool = false) {
        guard ending != .over else { return }
        ending = .over
        if isSecure, hurries || isCancelled { context.triggerUserOutboundEvent(LastFlush.Hurry(), promise: nil) }
        times.cancel()
        let promise = closePromise
        closePromise = nil
        context.close(mode: .all, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch ending {
        case .over:
            if isSecure, mode == .input { context.triggerUserOutboundEvent(LastFlush.Hurry(), promise: nil) }
            context.close(mode: mode, promise: promise)
        case _ where mode == .input:
            // The time for stopping is over.
            isCancelled = true
            context.close(mode: mode, promise: promise)
            if ending == .flushing || ending == .lingering { shut(context) }
        case .none, .answering:
            keep(promise)
            if isCancelled { shut(context) } else { finish(context) }
        case .flushing, .lingering: keep(promise)
        }
    }

    private func keep(_ promise: EventLoopPromise<Void>?) {
        guard let promise else { return }
        if let closePromise { closePromise.futureResult.cascade(to: promise) } else { closePromise = promise }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            guard ending == .none else { return }
            if load.isStopping {
                // A request may be on its way, from a client that does not know: it gets an answer, which refuses it.
                times[.idle] = .now() + idleLimit
                return arm(context)
            }
            ending = .answering
            // Half a head is no request that was taken.
            if reading == .head { reading = .nothing }
            if owed == 0 { finish(context) }
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if ending == .lingering { shut(context) }
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }
}
#endif
