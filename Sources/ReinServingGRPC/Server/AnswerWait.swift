#if ServingGRPC
import NIOCore

/// The time for which a client is waited for that takes next to nothing of an answer, as those who speak HTTP/2 may for each call.
struct AnswerWait {
    /// What may be left to be taken, in bytes, of an answer that is gone on with: where HTTP/2 says so.
    private static let most = 1 << 12

    private let timeout: TimeAmount
    /// The number of bytes that the client may not have taken.
    private var written = 0
    private var deadline: Scheduled<Void>?

    /// - Parameter timeout: how long it may take for nothing.
    init(timeout: Duration) { self.timeout = TimeAmount(timeout) }

    /// A number of bytes is written.
    mutating func note(_ count: Int) { written += count }

    /// Nothing goes on until the client has taken what was written; the call is closed when it takes too long.
    mutating func begin(_ context: ChannelHandlerContext) {
        guard deadline == nil else { return }
        let limit = timeout + .seconds(Int64(written / GRPCConfiguration.writeRate))
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    /// The answer is gone on with.
    mutating func end() {
        deadline?.cancel()
        deadline = nil
        written = min(written, Self.most)
    }
}
#endif
