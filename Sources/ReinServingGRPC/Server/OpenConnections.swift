#if ServingGRPC
import NIOCore
import Synchronization

/// The connections that are open.
final class OpenConnections: Sendable {
    private let limit: Int
    private let onRefusal: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Whether there are to be none any more.
        var isOver = false
    }

    /// - Parameters:
    ///   - limit: the largest number at a time.
    ///   - onRefusal: is told each that is closed since there are more.
    init(limit: Int, onRefusal: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.onRefusal = onRefusal
    }

    /// Takes note of a connection that is being made until it is closed, which is done at once when there are too many; on its
    /// event loop.
    func enter(_ channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        let (isOver, isBeyondLimit) = state.withLock { state in
            state.channels[id] = channel
            return (state.isOver, state.channels.count > limit)
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.channels.removeValue(forKey: id) } }
        if isOver {
            // Nobody may be there to make more of it.
            channel.eventLoop.execute { channel.close(promise: nil) }
        } else if isBeyondLimit {
            onRefusal()
            try channel.pipeline.syncOperations.addHandler(Closing(), position: .first)
        }
    }

    /// Closes all connections at once, with whatever is going on on them: of clients that neither read nor end their calls,
    /// nothing else would be the end.
    func closeAll() {
        let channels = state.withLock { state in
            state.isOver = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Closes a connection when it has been made. One that is closed before would not tell its handlers, of which some that are
    /// the transport's keep each other until they are told.
    private final class Closing: ChannelInboundHandler {
        typealias InboundIn = NIOAny

        func channelActive(context: ChannelHandlerContext) {
            context.fireChannelActive()
            context.close(promise: nil)
        }
    }
}
#endif
