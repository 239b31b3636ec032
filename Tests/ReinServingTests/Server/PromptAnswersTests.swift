#if Serving
import ReinServing
import Testing

/// Requests that are answered as soon as they have come, between others that take longer.
@Suite("Answers at once", .timeLimit(.minutes(2)))
struct PromptAnswersTests {
    private static func numbered(_ number: Int, _ fields: String = "") -> [UInt8] {
        TestServer.request(TestServer.infer, body(number), fields: fields)
    }

    private static func body(_ number: Int) -> String {
        #"{"id":"\#(number)","inputs":[{"name":"obs","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}"#
    }

    @Test(
        "Answers keep the order of their requests, however they come and whoever acts", arguments: [0, 1, 7, 300],
        [Duration.microseconds(50), .zero])
    func order(piece: Int, inlineBelow: Duration) async throws {
        var limits = InferenceService.Limits()
        // All requests wait for a thread.
        limits.inlineBelow = inlineBelow
        try await TestServer.with(limits: limits) { server in
            let connection = try RawConnection(port: server.port)
            let infer = TestServer.infer
            let chunked =
                "POST \(infer) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "\(String(Self.body(4).utf8.count, radix: 16))\r\n\(Self.body(4))\r\n0\r\n\r\n"
            // Longer than what is kept.
            let long = Self.body(6) + String(repeating: " ", count: 40_000)
            let requests: [[UInt8]] = [
                Self.numbered(0), Array("GET /v2 HTTP/1.1\r\nHost: x\r\n\r\n".utf8), Self.numbered(2), Self.numbered(3),
                Array(chunked.utf8), Self.numbered(5), TestServer.request(infer, long),
                TestServer.request("/v2/models/default_policy/versions/7/infer", Self.body(7)),
                TestServer.request(infer, "{"), Self.numbered(9, "Accept-Encoding: gzip\r\n"), Self.numbered(10),
            ]
            // The model is read with the first one, and is there afterwards.
            for _ in 0..<2 {
                let all = Array(requests.joined())
                for start in stride(from: 0, to: all.count, by: piece == 0 ? all.count : piece) {
                    connection.send(all[start..<min(all.count, start + (piece == 0 ? all.count : piece))])
                }
                for number in requests.indices {
                    let answer = try #require(try connection.answer())
                    #expect(answer.status == (number == 7 ? 404 : number == 8 ? 400 : 200), "\(number): \(answer.text)")
                    guard ![1, 7, 8].contains(number) else { continue }
                    #expect(answer.text.contains(#""id":"\#(number)""#), "\(number): \(answer.text)")
                }
            }
        }
    }

    @Test("A client that asks on and on and takes no answers is not listened to")
    func takesNothing() async throws {
        try await TestServer.with { server in
            let first = try RawConnection(port: server.port)
            first.send(Self.numbered(0))
            #expect(try first.answer()?.status == 200)
            let connection = try RawConnection(port: server.port, buffer: 4096)
            let many = Array([[UInt8]](repeating: Self.numbered(1), count: 1000).joined())
            let limit = 256 << 20
            var sent = 0
            while sent < limit,
                let count = connection.sendSome(Array(many[(sent % many.count)...]), milliseconds: 500)
            { sent += count }
            #expect(sent < limit)
            first.send(Self.numbered(2))
            #expect(try first.answer()?.status == 200)
        }
    }

    @Test(
        "The last request of a connection is answered, and the connection closed",
        arguments: [Duration.microseconds(50), .zero])
    func last(inlineBelow: Duration) async throws {
        var limits = InferenceService.Limits()
        limits.inlineBelow = inlineBelow
        try await TestServer.with(limits: limits) { server in
            for turn in 0..<20 {
                let connection = try RawConnection(port: server.port)
                let isLast = turn % 4 == 0
                connection.send(Self.numbered(0) + Self.numbered(1, isLast ? "Connection: close\r\n" : ""))
                // What is damaged, or that no more comes, has to wait for the answers before.
                if turn % 4 == 1 { connection.finishSending() }
                if turn % 4 == 2 { connection.send(Array("no HTTP\r\n\r\n".utf8)) }
                if turn % 4 == 3 {
                    connection.send(Self.numbered(2).dropLast(10))
                    connection.finishSending()
                }
                #expect(try connection.answer()?.status == 200)
                let answer = try #require(try connection.answer())
                #expect(answer.text.contains(#""id":"1""#))
                if isLast { #expect(answer.fields["connection"] == "close") }
                if turn % 4 > 1 { #expect(try connection.answer()?.status == 400) }
                #expect(connection.isClosed())
            }
        }
    }
}
#endif
