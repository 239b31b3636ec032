#if Serving
import Dispatch
import Foundation
import ReinCheckpoints
import ReinServing
import Synchronization
import Testing

/// A server with sockets, and clients that send what they like.
@Suite("A server on a port", .timeLimit(.minutes(3)))
struct PolicyServerTests {
    private static let infer = TestServer.infer

    private static func request(_ path: String, _ body: String = TestServer.json, fields: String = "") -> [UInt8] {
        TestServer.request(path, body, fields: fields)
    }

    @Test("A connection lives on after refusals, and heads have no body")
    func refusals() async throws {
        try await TestServer.with { server in
            let connection = try RawConnection(port: server.port)
            for (bytes, status) in [
                (Self.request(Self.infer), 200), (Self.request("/v2/models/other/infer"), 404),
                (Self.request(Self.infer, "{"), 400), (Self.request("/v2"), 405),
                (Self.request(Self.infer, fields: "Inference-Header-Content-Length: x\r\n"), 400),
                (Self.request(Self.infer, fields: "Content-Encoding: br\r\n"), 415),
                (
                    Self.request(
                        Self.infer, fields: "inference-header-content-length: \(TestServer.json.utf8.count)\r\n"), 200
                ),
            ] {
                connection.send(bytes)
                let answer = try #require(try connection.answer())
                #expect(answer.status == status, "\(answer.text)")
                if status == 405 { #expect(answer.fields["allow"] == "GET, HEAD") }
                #expect(answer.fields["content-type"] == "application/json")
            }
            connection.send(Array("HEAD /v2/models/default_policy HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            let head = try #require(try connection.answer(toHead: true))
            #expect(head.status == 200 && (head.fields["content-length"].flatMap { Int($0) } ?? 0) > 100)
            connection.send(Self.request(Self.infer))
            #expect(try connection.answer()?.status == 200)
        }
    }

    @Test("A body that is too large is refused, and its connection closed")
    func tooLarge() async throws {
        try await TestServer.with({ $0.bodyLimit = 1000 }) { server in
            let connection = try RawConnection(port: server.port)
            connection.send(Self.request(Self.infer, String(repeating: " ", count: 5000)))
            let answer = try #require(try connection.answer())
            #expect(answer.status == 413 && answer.text.contains("1000"))
            #expect(answer.fields["connection"] == "close")
            let other = try RawConnection(port: server.port)
            other.send(Self.request(Self.infer))
            #expect(try other.answer()?.status == 200)
        }
    }

    @Test("Without the token nobody learns more than that the server lives and is ready")
    func token() async throws {
        try await TestServer.with({ $0.token = try AccessToken("s3cret") }) { server in
            let connection = try RawConnection(port: server.port)
            func status(_ path: String, _ fields: String = "") throws -> (Int, String?) {
                connection.send(Array("GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n".utf8))
                let answer = try #require(try connection.answer())
                return (answer.status, answer.fields["www-authenticate"])
            }
            for path in ["/v2/health/live", "/v2/health/ready"] { #expect(try status(path).0 == 200) }
            let closed = ["/v2", "/v2/models/default_policy", "/v2/models/stats", "/v2/models/other", "/other", "/%"]
            let wrong = [
                "", "Authorization: Bearer s3cre\r\n", "Authorization: Bearer s3crets\r\n",
                "Authorization: Basic s3cret\r\n",
                "Authorization: Bearer \r\n", "Authorization: s3cret\r\n",
            ]
            for path in closed {
                for fields in wrong { #expect(try status(path, fields) == (401, "Bearer"), "\(path) \(fields)") }
            }
            for fields in ["Authorization: Bearer s3cret\r\n", "authorization: bearer s3cret\r\n"] {
                #expect(try status("/v2", fields).0 == 200)
                #expect(try status("/v2/models/other", fields).0 == 404)
            }
        }
        for token in ["", "two words", "é", "a\n"] { #expect(throws: StateError.self) { try AccessToken(token) } }
    }

    @Test("What the head is refused for is said before the body comes, and the connection lives on")
    func refusedHeads() async throws {
        try await TestServer.with({ $0.token = try AccessToken("s3cret") }) { server in
            let token = "Authorization: Bearer s3cret\r\n"
            for (path, fields, length, status) in [
                (Self.infer, "", "2000", 401), ("/v2/nobody", "", "2000", 401), ("/v2/nobody", token, "2000", 404),
                ("/v2/models/default_policy", token, "2000", 405),
                (Self.infer, token + "Content-Encoding: br\r\n", "2000", 415), (Self.infer, token, "1048577", 413),
                (Self.infer, token, "9223372036854775807", 413),
            ] {
                let connection = try RawConnection(port: server.port)
                connection.send(
                    Array("POST \(path) HTTP/1.1\r\nHost: x\r\n\(fields)Content-Length: \(length)\r\n\r\n".utf8))
                let answer = try #require(try connection.answer(), "\(status)")
                #expect(answer.status == status, "\(answer.text)")
                guard status != 413 else { continue }
                connection.send([UInt8](repeating: 32, count: 2000))
                connection.send(Self.request(Self.infer, fields: token))
                #expect(try connection.answer()?.status == 200)
            }
        }
    }

    @Test("An address where nobody can listen is said")
    func unusableAddress() async throws {
        try await TestServer.with { server in
            var configuration = PolicyServer.Configuration()
            configuration.port = server.port
            let second = PolicyServer(InferenceService(try server.run.repository()), configuration: configuration)
            let outcome = Mutex<String?>(nil)
            let done = DispatchSemaphore(value: 0)
            Task {
                do { try await second.run() } catch { outcome.withLock { $0 = "\(error)" } }
                done.signal()
            }
            done.wait()
            #expect(outcome.withLock { $0 }?.hasPrefix("127.0.0.1:\(server.port): cannot listen there: ") == true)
        }
    }

    @Test("A body that does not come in time is refused, and its connection closed")
    func slowBody() async throws {
        try await TestServer.with({ $0.bodyTimeout = .milliseconds(100) }) { server in
            let connection = try RawConnection(port: server.port)
            // In time, one after the other.
            for _ in 0..<3 {
                connection.send(Self.request(Self.infer))
                #expect(try connection.answer()?.status == 200)
            }
            connection.send(Self.request(Self.infer).dropLast())
            let answer = try #require(try connection.answer())
            #expect(answer.status == 408 && answer.fields["connection"] == "close")
            #expect(connection.isClosed())
        }
    }

    @Test("A connection beyond the limit is told so, and others go on")
    func connectionLimit() async throws {
        try await TestServer.with({ $0.connectionLimit = 2 }) { server in
            let first = [try RawConnection(port: server.port), try RawConnection(port: server.port)]
            for connection in first {
                connection.send(Self.request(Self.infer))
                #expect(try connection.answer()?.status == 200)
            }
            let third = try RawConnection(port: server.port)
            third.send(Self.request(Self.infer))
            let answer = try #require(try third.answer())
            #expect(
                answer.status == 503 && answer.fields["retry-after"] == "1" && answer.text.contains("2 connections"))
            #expect(third.isClosed())
            for connection in first {
                connection.send(Self.request(Self.infer))
                #expect(try connection.answer()?.status == 200)
            }
        }
    }

    @Test("A server that is cancelled ends, though clients hold on to their connections")
    func cancelled() async throws {
        let held = Mutex<[RawConnection]>([])
        try await TestServer.with { server in
            for bytes in [[], Array(Self.request(Self.infer).prefix(50)), Self.request(Self.infer)] {
                let connection = try RawConnection(port: server.port)
                connection.send(bytes)
                held.withLock { $0.append(connection) }
            }
            // Until the last of them has been read.
            #expect(try held.withLock { try $0[2].answer()?.status } == 200)
        }
        #expect(held.withLock { $0.allSatisfy { $0.isClosed() } })
    }

    @Test("A newer checkpoint takes over while requests are answered")
    func swap() async throws {
        try await TestServer.with { server in
            let connection = try RawConnection(port: server.port)
            var last = 10
            for number in [11, 12, 13] {
                try server.run.write(number, ["default_policy"]) { _ in
                    try RunFolder.policy(choosing: number % 2, of: 2, inputs: 4)
                }
                let limit = ContinuousClock.now + .seconds(20)
                while last != number, ContinuousClock.now < limit {
                    connection.send(Self.request(Self.infer))
                    let answer = try #require(try connection.answer())
                    #expect(answer.status == 200)
                    let tree = StateReader(try JSON.parse(answer.body))
                    let version = try #require(Int(try tree.string("model_version")))
                    let outputs = try tree.child("outputs").list()
                    let action = try outputs[0].child("data").list()[0].int()
                    #expect(version >= last && action == version % 2 || version == 10 && action == 1)
                    last = version
                }
                #expect(last == number)
            }
        }
    }
}
#endif
