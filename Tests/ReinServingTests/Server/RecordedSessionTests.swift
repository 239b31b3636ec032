#if Serving
import ReinServing
import Testing

/// What clients have sent, sent again byte for byte.
@Suite("Recorded requests over a connection", .timeLimit(.minutes(10)))
struct RecordedSessionTests {
    /// What an answer says that does not depend on the time.
    private func fields(_ answer: RawConnection.Answer) -> [String: String] {
        answer.fields.filter { $0.key != "date" }
    }

    @Test("Each is answered, and byte by byte as when it comes whole")
    func pieces() async throws {
        try await TestServer.with(models: RecordedRequest.models) { server in
            let connection = try RawConnection(port: server.port)
            for recorded in RecordedRequest.session {
                connection.send(recorded.bytes)
                let whole = try #require(try connection.answer())
                #expect(recorded.mayHave(whole.status), "\(recorded.name): \(whole.text)")
                for byte in recorded.bytes { connection.send(CollectionOfOne(byte)) }
                let slow = try #require(try connection.answer())
                #expect(recorded.mayHave(slow.status), "\(recorded.name): \(slow.text)")
                guard !recorded.isDrawn else { continue }
                #expect(
                    fields(slow) == fields(whole) && slow.body == whole.body, "\(recorded.name): \(slow.text)")
            }
        }
    }

    @Test("All are answered that come together, one behind the other")
    func together() async throws {
        try await TestServer.with(models: RecordedRequest.models) { server in
            let connection = try RawConnection(port: server.port)
            connection.send(RecordedRequest.session.flatMap(\.bytes))
            for recorded in RecordedRequest.session {
                let answer = try #require(try connection.answer())
                #expect(recorded.mayHave(answer.status), "\(recorded.name): \(answer.text)")
            }
            connection.finishSending()
            #expect(connection.isClosed())
        }
    }

    @Test("The one that shows a token is answered where that is asked for, and those that need none")
    func token() async throws {
        try await TestServer.with({ $0.token = try AccessToken("secret") }, models: RecordedRequest.models) { server in
            let connection = try RawConnection(port: server.port)
            for recorded in RecordedRequest.session {
                connection.send(recorded.bytes)
                let answer = try #require(try connection.answer())
                let isOpen = ["01_live", "02_ready", "25_infer_authorization"].contains(recorded.name)
                #expect(answer.status == (isOpen ? 200 : 401), "\(recorded.name): \(answer.text)")
            }
        }
    }
}
#endif
