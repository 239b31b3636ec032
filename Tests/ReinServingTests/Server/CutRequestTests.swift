#if Serving
import ReinServing
import Testing

/// Clients that go in the middle of a request.
@Suite("Recorded requests that are cut off", .timeLimit(.minutes(10)))
struct CutRequestTests {
    /// The beginnings of all recorded requests, up to every byte but the last, each once: many begin in the same way.
    private static func beginnings() -> [ArraySlice<UInt8>] {
        var earlier: [[UInt8]] = []
        var beginnings: [ArraySlice<UInt8>] = []
        for recorded in RecordedRequest.all {
            let bytes = recorded.bytes
            let known = earlier.map { zip($0, bytes).prefix { $0 == $1 }.count }.max() ?? -1
            beginnings += (0..<bytes.count).dropFirst(known + 1).map { bytes[..<$0] }
            earlier.append(bytes)
        }
        return beginnings
    }

    @Test("At whatever byte, none is taken for whole, its client gets to know that, and the server goes on")
    func everywhere() async throws {
        try await TestServer.with(models: RecordedRequest.models) { server in
            let beginnings = Self.beginnings()
            #expect(beginnings.count > 8000)
            // Several at a time, so that neither end waits for the other.
            for start in stride(from: 0, to: beginnings.count, by: 32) {
                let group = beginnings[start..<min(start + 32, beginnings.count)]
                let connections = try group.map { bytes in
                    let connection = try RawConnection(port: server.port)
                    connection.send(bytes)
                    connection.finishSending()
                    return connection
                }
                for (bytes, connection) in zip(group, connections) {
                    let answer = try connection.answer()
                    let isRefused = answer?.status == 400 && answer?.text.contains("ends before it is whole") == true
                    // Without a byte there is no request.
                    let isRight = bytes.isEmpty ? answer == nil : isRefused
                    if !isRight || !connection.isClosed() {
                        Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(answer?.text ?? "no answer")")
                    }
                }
            }
            let connection = try RawConnection(port: server.port)
            for recorded in RecordedRequest.session {
                connection.send(recorded.bytes)
                #expect(recorded.mayHave(try connection.answer()?.status), "\(recorded.name)")
            }
        }
    }

    @Test("Those whose clients take no answers any more harm nobody")
    func closed() async throws {
        try await TestServer.with(models: RecordedRequest.models) { server in
            for recorded in RecordedRequest.session {
                for length in stride(from: 0, to: recorded.bytes.count, by: 16) {
                    let connection = try RawConnection(port: server.port)
                    connection.send(recorded.bytes[..<length])
                }
                // The server has taken the connections before when it answers on this one: more than 256 wait for that a second.
                let other = try RawConnection(port: server.port)
                other.send(recorded.bytes)
                #expect(recorded.mayHave(try other.answer()?.status), "\(recorded.name)")
            }
        }
    }
}
#endif
