#if ServingGRPC
import NIOCore
import Synchronization

/// The connections that are open.
final class OpenConnections: Sendable {
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Whether there are to be none any more.
        var isOver = false
    }

    /// - Parameter limit: the largest number at a time.
    init(limit: Int) { self.limit = limit }

    /// Takes note of a connection until it is closed, which is done at once when there are too many.
    func enter(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isServed = state.withLock { state in
            state.channels[id] = channel
            return !state.isOver && state.channels.count <= limit
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.channels.removeValue(forKey: id) } }
        if !isServed { channel.eventLoop.execute { channel.close(promise: nil) } }
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
}
#endif
