#if ServingGRPC
import NIOCore
import NIOEmbedded
import Testing

@testable import ReinServingGRPC

/// A connection at a time that is told.
@Suite("Connections of gRPC on which nothing is asked")
struct IdleGuardTests {
    /// Counts how often a connection is to be closed.
    private final class Counter: ChannelInboundHandler {
        typealias InboundIn = NIOAny

        private(set) var count = 0

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is ChannelShouldQuiesceEvent { count += 1 }
        }
    }

    private let channel = EmbeddedChannel()
    private let counter = Counter()
    private let idle = IdleGuard(.seconds(10))

    init() throws {
        try channel.pipeline.syncOperations.addHandlers([idle, counter])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func expectClosing(after seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds) - .milliseconds(1))
        #expect(counter.count == 0)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(counter.count == 1)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1000))
        #expect(counter.count == 1)
    }

    @Test("They are closed after a while")
    func never() { expectClosing(after: 10) }

    @Test("The while begins when the last call has ended")
    func calls() {
        idle.begin()
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        idle.begin()
        idle.end(at: channel.embeddedEventLoop.now)
        channel.embeddedEventLoop.advanceTime(by: .seconds(93))
        #expect(counter.count == 0)
        idle.end(at: channel.embeddedEventLoop.now)
        expectClosing(after: 10)
    }

    @Test("Short calls now and then keep them open")
    func shortCalls() {
        for _ in 0..<20 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(7))
            idle.begin()
            idle.end(at: channel.embeddedEventLoop.now)
        }
        #expect(counter.count == 0)
        expectClosing(after: 10)
    }

    @Test("Nothing is waited for when they are closed")
    func closed() throws {
        try channel.close().wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(100))
        #expect(counter.count == 0)
    }
}
#endif
