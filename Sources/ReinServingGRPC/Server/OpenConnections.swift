#if ServingGRPC
import NIOCore
import Synchronization

/// The connections that are open.
final class OpenConnections: Sendable {
    private let limit: Int
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// - Parameter limit: the largest number at a time.
    init(limit: Int) { self.limit = limit }

    /// Takes note of a connection until it is closed, which is done at once when there are too many.
    func enter(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isServed = channels.withLock { channels in
            channels[id] = channel
            return channels.count <= limit
        }
        channel.closeFuture.whenComplete { _ in self.channels.withLock { _ = $0.removeValue(forKey: id) } }
        if !isServed { channel.eventLoop.execute { channel.close(promise: nil) } }
    }

    /// Closes all connections at once, with whatever is going on on them: of clients that neither read nor end their calls,
    /// nothing else would be the end.
    func closeAll() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
#endif
