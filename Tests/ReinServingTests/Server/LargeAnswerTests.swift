#if Serving
import Foundation
import ReinServing
import Testing

/// Answers that take longer to be sent than to be computed.
@Suite("Answers that are larger than the buffers of sockets", .timeLimit(.minutes(3)))
struct LargeAnswerTests {
    /// Asks for an answer of several megabytes, and reads none of it.
    private func ask(_ server: TestServer) throws -> RawConnection {
        let connection = try RawConnection(port: server.port, buffer: 1 << 16)
        connection.send(TestServer.largeRequest(rows: 4096))
        #expect(connection.waitForBytes())
        return connection
    }

    private func expectWhole(_ connection: RawConnection) throws {
        let answer = try #require(try connection.answer(), "the answer is cut off")
        #expect(answer.status == 200 && answer.body.count > 6 << 20 && answer.body.last == UInt8(ascii: "}"))
    }

    @Test("They come whole when the server stops")
    func stop() async throws {
        try await TestServer.with(actions: 500) { server in
            let connection = try ask(server)
            server.stop()
            // The server has begun to stop when it takes no more connections, since nothing is being computed.
            while let other = try? RawConnection(port: server.port) {
                other.send(TestServer.health("ready"))
                if try other.answer() == nil { break }
            }
            try expectWhole(connection)
            #expect(connection.isClosed())
        }
    }

    @Test("They come whole when the client sends no more, or asked to have the connection closed")
    func halfClosed() async throws {
        try await TestServer.with(actions: 500) { server in
            let connection = try RawConnection(port: server.port, buffer: 1 << 16)
            connection.send(TestServer.largeRequest(rows: 4096))
            connection.finishSending()
            #expect(connection.waitForBytes())
            usleep(200_000)
            try expectWhole(connection)
            #expect(connection.isClosed())
        }
    }

    @Test("They come whole when the client takes longer than a connection may be idle")
    func idle() async throws {
        try await TestServer.with({ $0.idleTimeout = .seconds(2) }, actions: 500) { server in
            let connection = try ask(server)
            usleep(3_000_000)
            try expectWhole(connection)
            #expect(connection.isClosed())
        }
    }

    @Test("A client that takes none of them is not waited for")
    func unread() async throws {
        try await TestServer.with(
            {
                $0.writeTimeout = .milliseconds(200)
                $0.connectionLimit = 1
            }, actions: 500
        ) { server in
            let connection = try ask(server)
            let limit = ContinuousClock.now + .seconds(20)
            var status = 503
            while status != 200, ContinuousClock.now < limit {
                let other = try RawConnection(port: server.port)
                other.send(TestServer.health("live"))
                status = try other.answer()?.status ?? 503
            }
            #expect(status == 200)
            #expect(try connection.answer() == nil)
        }
    }
}
#endif
