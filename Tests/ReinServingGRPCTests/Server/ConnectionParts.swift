#if ServingGRPC
import NIOCore
import Synchronization

/// Connections and their handlers, kept by nobody here.
final class ConnectionParts: Sendable {
    private struct Part {
        let name: String
        weak var object: AnyObject?
    }

    private struct State {
        var connections = 0
        var parts: [Part] = []
    }

    private let state = Mutex(State())

    /// How many parts they had.
    var count: Int { state.withLock { $0.parts.count } }

    /// What there is still of a number of connections, when nothing is left or after a while.
    func left(of connections: Int) async throws -> [String] {
        let limit = ContinuousClock.now + .seconds(20)
        while true {
            let (count, left) = state.withLock { state in
                (state.connections, state.parts.filter { $0.object != nil }.map(\.name))
            }
            if count == connections, left.isEmpty { return [] }
            if ContinuousClock.now > limit { return ["\(count) connections"] + left }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Takes note of a connection, when it has its handlers.
    func note(_ channel: any Channel) {
        channel.eventLoop.execute {
            self.state.withLock { state in
                state.connections += 1
                state.parts.append(Part(name: "channel", object: channel))
                // The names that NIO gives to those that have none.
                for number in 0..<40 {
                    guard let context = try? channel.pipeline.syncOperations.context(name: "handler\(number)") else {
                        continue
                    }
                    state.parts.append(Part(name: "\(type(of: context.handler))", object: context.handler))
                }
            }
        }
    }
}
#endif
