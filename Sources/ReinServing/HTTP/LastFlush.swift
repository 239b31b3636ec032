#if Serving
import NIOCore

/// Closes an encrypted connection when the last that TLS says, that it ends, is on its way: TLS itself closes without looking
/// whether there is room for that.
final class LastFlush: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Has the next close wait for nothing.
    struct Hurry: Sendable {}

    private var isHurried = false
    /// What waits for the connection to be closed, once it is being closed.
    private var closed: EventLoopPromise<Void>?
    private var timer: Scheduled<Void>?

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Hurry else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isHurried = true
        promise?.succeed(())
        if closed != nil { close(context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, !isHurried else { return context.close(mode: mode, promise: promise) }
        if let closed { return closed.futureResult.cascade(to: promise) }
        let closed = context.eventLoop.makePromise(of: Void.self)
        closed.futureResult.cascade(to: promise)
        self.closed = closed
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: ConnectionLimits.linger) { self.close(context) }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer()), promise: flushed)
        flushed.futureResult.assumeIsolated().whenComplete { _ in self.close(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        closed?.succeed(())
        closed = nil
    }

    private func close(_ context: ChannelHandlerContext) {
        guard let closed else { return }
        timer?.cancel()
        timer = nil
        self.closed = nil
        isHurried = true
        context.close(mode: .all, promise: closed)
    }
}
#endif
