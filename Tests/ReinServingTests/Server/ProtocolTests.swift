#if Serving
import Foundation
import ReinServing
import Testing

/// The corners of HTTP/1 that clients rely on.
@Suite("The ways of HTTP", .timeLimit(.minutes(3)))
struct ProtocolTests {
    private static func head(_ fields: String, version: String = "1.1") -> [UInt8] {
        Array("POST \(TestServer.infer) HTTP/\(version)\r\nHost: x\r\n\(fields)\r\n".utf8)
    }

    private static let length = "Content-Length: \(TestServer.json.utf8.count)\r\n"

    @Test("A client that waits to be asked for its body is asked, and refused without")
    func expectation() async throws {
        try await TestServer.with({ $0.token = try AccessToken("s3cret") }) { server in
            let token = "Authorization: Bearer s3cret\r\nExpect: 100-continue\r\n"
            let connection = try RawConnection(port: server.port)
            for _ in 0..<2 {
                connection.send(Self.head(token + Self.length))
                #expect(try connection.answer()?.status == 100)
                connection.send(Array(TestServer.json.utf8))
                #expect(try connection.answer()?.status == 200)
            }
            for (fields, status) in [
                ("Expect: 100-Continue\r\n" + Self.length, 401), (token + "Content-Length: 9999999\r\n", 413),
                (token + "Content-Encoding: br\r\n" + Self.length, 415),
            ] {
                let other = try RawConnection(port: server.port)
                other.send(Self.head(fields))
                let answer = try #require(try other.answer())
                #expect(answer.status == status && answer.fields["connection"] == "close")
                #expect(other.isClosed())
            }
        }
    }

    @Test("What is no HTTP, and heads that are too large, are refused in words")
    func malformed() async throws {
        try await TestServer.with { server in
            for (text, status) in [
                ("nonsense\r\n\r\n", 400), ("GET /v2 HTTP/9.9.9\r\n\r\n", 400),
                ("GET /v2 HTTP/1.1\r\nno colon\r\n\r\n", 400),
                ("POST /v2 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
                ("GET /v2 HTTP/1.1\r\nX: \(String(repeating: "y", count: 90_000))\r\n\r\n", 431),
                (
                    "GET /v2 HTTP/1.1\r\n"
                        + (0..<1100).map { "X\($0): y\r\n" }.joined() + "\r\n", 431
                ),
                ("GET /\(String(repeating: "y", count: 90_000)) HTTP/1.1\r\n\r\n", 431),
                ("POST /v2 HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 415),
                ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
            ] {
                let connection = try RawConnection(port: server.port)
                connection.send(TestServer.request() + Array(text.utf8))
                #expect(try connection.answer()?.status == 200)
                let answer = try #require(try connection.answer(), "\(text.prefix(40))")
                #expect(answer.status == status, "\(text.prefix(40)): \(answer.text)")
                #expect(answer.fields["content-type"] == "application/json" && answer.text.hasPrefix(#"{"error":"#))
                #expect(answer.fields["connection"] == "close")
                #expect(connection.isClosed())
            }
        }
    }

    @Test("A connection ends after the answer when the client wants that, and always had to ask for more of HTTP/1.0")
    func lastRequests() async throws {
        try await TestServer.with { server in
            let body = Array(TestServer.json.utf8)
            for (fields, version, kept) in [
                ("", "1.0", false), ("Connection: keep-alive\r\n", "1.0", true),
                ("Connection: Close\r\n", "1.1", false), ("", "1.1", true),
                ("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", "1.1", false),
            ] {
                let connection = try RawConnection(port: server.port)
                connection.send(Self.head(fields + Self.length, version: version) + body)
                let answer = try #require(try connection.answer())
                let said = kept ? (version == "1.0" ? "keep-alive" : nil) : "close"
                #expect(answer.status == 200 && answer.fields["connection"] == said)
                if kept {
                    connection.send(TestServer.request())
                    #expect(try connection.answer()?.status == 200)
                } else {
                    #expect(connection.isClosed())
                }
            }
        }
    }

    @Test("Requests behind the last one of a client are not answered")
    func behindTheLast() async throws {
        try await TestServer.with { server in
            let connection = try RawConnection(port: server.port)
            connection.send(TestServer.request(fields: "Connection: close\r\n") + TestServer.request())
            #expect(try connection.answer()?.status == 200)
            #expect(connection.isClosed())
        }
    }

    @Test("A tunnel is refused, and the connection ended, which is no HTTP any more")
    func tunnel() async throws {
        try await TestServer.with { server in
            let connection = try RawConnection(port: server.port)
            connection.send(Array("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n".utf8) + TestServer.request())
            let answer = try #require(try connection.answer())
            #expect(answer.status == 404 && answer.fields["connection"] == "close")
            #expect(connection.isClosed())
        }
    }

    @Test("A client that sends a large body to be refused gets to know why")
    func refusedBodies() async throws {
        try await TestServer.with { server in
            let blank = [UInt8](repeating: 32, count: 1 << 20)
            for fields in ["Content-Length: 8388608\r\n", "Transfer-Encoding: chunked\r\n"] {
                let connection = try RawConnection(port: server.port)
                connection.send(Self.head(fields))
                for _ in 0..<8 {
                    if fields.hasPrefix("T") { connection.send(Array("100000\r\n".utf8)) }
                    connection.send(blank)
                    if fields.hasPrefix("T") { connection.send(Array("\r\n".utf8)) }
                }
                let answer = try #require(try connection.answer(), "\(fields)")
                #expect(answer.status == 413)
                connection.finishSending()
                #expect(connection.isClosed())
            }
        }
    }
}
#endif
