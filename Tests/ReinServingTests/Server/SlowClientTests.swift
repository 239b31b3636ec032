#if Serving
import Foundation
import ReinServing
import Testing

/// Clients that take their time, and what is their fault of that.
@Suite("Slow clients", .timeLimit(.minutes(3)))
struct SlowClientTests {
    /// Sends bytes one by one until the server has had enough.
    private func trickle(_ connection: RawConnection, _ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            guard connection.isQuiet(milliseconds: 20) else { return }
            connection.send([byte])
        }
    }

    @Test("A head that comes byte by byte has to be whole in time")
    func slowHead() async throws {
        try await TestServer.with({ $0.bodyTimeout = .milliseconds(200) }) { server in
            let connection = try RawConnection(port: server.port)
            connection.send(TestServer.request())
            #expect(try connection.answer()?.status == 200)
            trickle(connection, TestServer.request(fields: String(repeating: "X: y\r\n", count: 100)))
            let answer = try #require(try connection.answer())
            #expect(answer.status == 408 && answer.text.contains("head") && answer.fields["connection"] == "close")
            #expect(connection.isClosed())
        }
    }

    @Test("A body that comes byte by byte has to be whole in time")
    func slowBody() async throws {
        try await TestServer.with({ $0.bodyTimeout = .milliseconds(200) }) { server in
            let connection = try RawConnection(port: server.port)
            let bytes = TestServer.request(TestServer.infer, String(repeating: " ", count: 1000))
            connection.send(bytes.dropLast(1000))
            trickle(connection, bytes.suffix(1000))
            let answer = try #require(try connection.answer())
            #expect(answer.status == 408 && answer.text.contains("body"))
            #expect(connection.isClosed())
        }
    }

    @Test("The refusal of a slow body comes behind the answers to the requests before")
    func order() async throws {
        try await TestServer.with({ $0.bodyTimeout = .milliseconds(200) }, actions: 500) { server in
            let connection = try RawConnection(port: server.port, buffer: 1 << 16)
            connection.send(
                TestServer.largeRequest(rows: 4096) + TestServer.request() + TestServer.request().dropLast())
            #expect(connection.waitForBytes())
            usleep(500_000)
            #expect(try connection.answer()?.body.count ?? 0 > 6 << 20)
            #expect(try connection.answer()?.status == 200)
            #expect(try connection.answer()?.status == 408)
            #expect(connection.isClosed())
        }
    }

    @Test("The time does not count in which the server reads nothing")
    func backPressure() async throws {
        try await TestServer.with({ $0.bodyTimeout = .milliseconds(200) }, actions: 500) { server in
            let connection = try RawConnection(port: server.port, buffer: 1 << 16)
            connection.send(TestServer.largeRequest(rows: 4096))
            #expect(connection.waitForBytes())
            // More than is read while an answer is owed; the last one lacks a byte.
            let many = (0..<60).flatMap { _ in TestServer.request() }
            connection.send(many.dropLast())
            usleep(500_000)
            connection.send(many.suffix(1))
            #expect(try connection.answer()?.body.count ?? 0 > 6 << 20)
            for _ in 0..<60 { #expect(try connection.answer()?.status == 200) }
        }
    }

    @Test("Many connections that are idle or slow do not keep others from being answered")
    func many() async throws {
        try await TestServer.with { server in
            let idle = try (0..<300).map { _ in try RawConnection(port: server.port) }
            let slow = try (0..<100).map { _ in try RawConnection(port: server.port) }
            let bytes = TestServer.request()
            let other = try RawConnection(port: server.port)
            for index in bytes.indices.dropLast() {
                for connection in slow { connection.send(bytes[index...index]) }
                guard index.isMultiple(of: 20) else { continue }
                other.send(bytes)
                #expect(try other.answer()?.status == 200)
            }
            for connection in slow { connection.send(bytes.suffix(1)) }
            for connection in slow { #expect(try connection.answer()?.status == 200) }
            for connection in idle {
                connection.send(TestServer.health("live"))
                #expect(try connection.answer()?.status == 200)
            }
        }
    }

    @Test("Bodies of all connections together take no more memory than they may")
    func memory() async throws {
        try await TestServer.with({ $0.bodyMemory = 1 << 20 }) { server in
            let blank = String(repeating: " ", count: 900_000)
            let whole = TestServer.request(TestServer.infer, TestServer.json + blank)
            let first = try RawConnection(port: server.port)
            first.send(Array("POST \(TestServer.infer) HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n".utf8))
            let length = TestServer.json.utf8.count + blank.utf8.count
            first.send(Array("Content-Length: \(length)\r\n\r\n".utf8))
            #expect(try first.answer()?.status == 100)
            // What is only announced takes none.
            let other = try RawConnection(port: server.port)
            other.send(whole)
            #expect(try other.answer()?.status == 200)
            first.send(whole.suffix(length).dropLast())
            for chunked in [false, true] {
                var second = try RawConnection(port: server.port)
                func send() {
                    guard chunked else {
                        second.send(whole)
                        return
                    }
                    second.send(
                        Array(
                            "POST \(TestServer.infer) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
                    second.send(Array("dbba0\r\n\(blank)\r\n0\r\n\r\n".utf8))
                }
                send()
                var answer = try #require(try second.answer())
                // Until the first has been read that far.
                let limit = ContinuousClock.now + .seconds(20)
                while answer.status != 503, ContinuousClock.now < limit {
                    second = try RawConnection(port: server.port)
                    send()
                    answer = try #require(try second.answer())
                }
                #expect(answer.status == 503 && answer.fields["retry-after"] == "1", "\(answer.text)")
                #expect(answer.fields["connection"] == "close" && answer.text.contains("1 megabytes"))
                #expect(second.isClosed())
            }
            first.send(whole.suffix(1))
            #expect(try first.answer()?.status == 200)
            let third = try RawConnection(port: server.port)
            third.send(whole)
            #expect(try third.answer()?.status == 200)
        }
    }
}
#endif
