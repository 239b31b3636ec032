#if ServingGRPC
import NIOCore

/// A call that wants to know when all that has come on its connection has been handed on.
protocol ReadingCall: AnyObject {
    /// It has.
    func connectionHasRead()
}

/// Has a connection be closed, as it is when the server stops, after a time in which no call was going on.
///
/// The transport has that, too, by a timer that keeps a part of each connection for ever: it and who it calls keep each other.
final class IdleGuard: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let timeout: TimeAmount
    /// The number of calls that are going on.
    private var calls = 0
    /// When the last call ended.
    private var lastEnd = NIODeadline.distantPast
    private var timer: Scheduled<Void>?
    /// Whether something has come, and not all of it was handed on.
    private var isReading = false
    /// The calls that want to know when that has been done.
    private var reading: [any ReadingCall] = []

    init(_ timeout: Duration) { self.timeout = max(TimeAmount(timeout), .milliseconds(1)) }

    /// Puts one before all other handlers of a connection, where calls find it at once; on its event loop.
    ///
    /// - Parameter timeout: the time.
    static func add(to channel: any Channel, timeout: Duration) throws {
        try channel.pipeline.syncOperations.addHandler(IdleGuard(timeout), position: .first)
    }

    /// The one of the connection of a call, on its event loop.
    static func of(call: any Channel) throws -> IdleGuard {
        guard let connection = call.parent else { preconditionFailure("a call is on no connection") }
        return try connection.pipeline.syncOperations.handler(type: IdleGuard.self)
    }

    /// A call begins.
    func begin() { calls += 1 }

    /// Tells a call when all has been handed on that has come with its head: now, unless it is being read.
    func tellWhenRead(_ call: any ReadingCall) {
        if isReading { reading.append(call) } else { call.connectionHasRead() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        isReading = false
        guard !reading.isEmpty else { return }
        for call in reading { call.connectionHasRead() }
        reading.removeAll(keepingCapacity: true)
    }

    /// A call that has begun ends, at a time of the event loop.
    func end(at now: NIODeadline) {
        calls -= 1
        lastEnd = now
    }

    func channelActive(context: ChannelHandlerContext) {
        wait(timeout, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        reading = []
    }

    /// Looks again after a time: calls, of which there may be many in that time, need no timers so.
    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
            let left = calls > 0 ? timeout : lastEnd + timeout - context.eventLoop.now
            if left > .zero { return wait(left, context) }
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
#endif
