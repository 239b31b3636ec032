import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinStorage

/// What a server may do that is not one, or has a bad day.
struct MisbehaviourTests {
    private static let secret = "theSecretOfTheseTests42"
    private static let token = "theTokenOfTheseTests43"

    private func storage(_ server: ScriptedServer) throws -> S3Storage {
        try S3Storage(
            StorageURI("s3://bucket/x?endpoint=http://127.0.0.1:\(server.port)"),
            credentials: S3Credentials(keyID: "AKIA", secret: Self.secret, token: Self.token))
    }

    private static func answer(_ status: String, _ headers: [String] = [], _ body: String = "") -> ScriptedServer.Step {
        let lines = ["HTTP/1.1 \(status)", "content-length: \(body.utf8.count)", "connection: close"] + headers
        return .send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    private static func explanation(_ code: String, _ message: String = "words") -> String {
        "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
    }

    @Test(
        "Statuses become errors that say what the server says",
        arguments: [
            ("403 Forbidden", "AccessDenied", StateError.Code.accessDenied),
            ("404 Not Found", "NoSuchKey", .notFound), ("500 Oops", "InternalError", .unavailable),
            ("503 Busy", "SlowDown", .unavailable), ("429 Many", "TooManyRequests", .unavailable),
            ("400 Bad", "InvalidArgument", .inputOutput), ("400 Bad", "RequestTimeout", .unavailable),
            ("307 Elsewhere", "TemporaryRedirect", .inputOutput), ("418 Teapot", "", .inputOutput),
        ])
    func statuses(_ status: String, _ code: String, _ expected: StateError.Code) throws {
        let elsewhere = ScriptedServer([[Self.answer("200 OK")]])
        let headers = ["location: http://127.0.0.1:\(elsewhere.port)/bucket/x/a"]
        let server = ScriptedServer([[Self.answer(status, headers, Self.explanation(code))]])
        let storage = try storage(server)
        let operations: [() throws -> Void] = [
            { _ = try storage.list() }, { _ = try storage.read("a", range: 0..<9) },
            { try storage.write(StorageContents([1]), to: "a") },
        ]
        for operation in operations {
            let error = stateError(operation)
            #expect(error?.code == expected, "\(String(describing: error))")
            #expect(
                error?.message.contains(status.prefix(3)) == true && error?.message.contains(code) == true
                    || code.isEmpty)
        }
        #expect(elsewhere.requests.isEmpty)
    }

    @Test("No message shows the secret, though the server does")
    func secrets() throws {
        for word in [Self.secret, Self.token] {
            let server = ScriptedServer([[Self.answer("400 Bad", [], Self.explanation("Echo", "you said \(word)"))]])
            let storage = try storage(server)
            let error = stateError { _ = try storage.list() }
            #expect(error.map { "\($0)".contains(word) } == false)
            #expect(error?.message.contains("withheld") == true)
            for text in ["\(storage)", String(reflecting: storage)] { #expect(!text.contains(word)) }
            var dumped = ""
            dump(storage, to: &dumped)
            #expect(!dumped.contains(word))
            #expect(server.requests.allSatisfy { !$0.contains(Self.secret) })
        }
    }

    @Test("Requests are signed, the token and the checksum of the bytes with them")
    func signature() throws {
        let server = ScriptedServer([[Self.answer("200 OK")]])
        try storage(server).write(StorageContents(Array("hello".utf8)), to: "a b/ü")
        let head = try #require(server.requests.first).lowercased()
        #expect(head.hasPrefix("put /bucket/x/a%20b/%c3%bc http/1.1\r\n"))
        #expect(head.contains("credential=akia/") && head.contains("/us-east-1/s3/aws4_request"))
        #expect(head.contains("signedheaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token"))
        #expect(head.contains("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"))
    }

    @Test("Bodies that are short, of another part or closed midway are errors, and tried again where that may help")
    func bodies() throws {
        let partial = "206 Partial Content"
        let cases: [(ScriptedServer.Step, StateError.Code)] = [
            (
                .send("HTTP/1.1 206 Partial\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 10\r\n\r\nhalf"),
                .unavailable
            ),
            (.send("HTTP/1.1 200 OK\r\n\r\nhalf"), .unavailable), (.send(""), .unavailable),
            (.send("HTT"), .unavailable),
            (.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf"), .unavailable),
            (Self.answer(partial, ["content-range: bytes 0-9/10"], "short"), .unavailable),
            (Self.answer(partial, ["content-range: bytes 5-9/10"], "other"), .malformed),
            (Self.answer(partial, ["content-range: bytes 0-99/100"], String(repeating: "x", count: 100)), .malformed),
            (Self.answer(partial, ["content-range: nonsense"], "x"), .malformed),
            (Self.answer(partial, [], "x"), .malformed),
        ]
        for (step, code) in cases {
            let server = ScriptedServer([[step]])
            let error = stateError { _ = try storage(server).read("a", range: 0..<10) }
            #expect(error?.code == code, "\(step): \(String(describing: error))")
        }
    }

    @Test("A server that sends everything where a part is asked for is understood, one that never ends is left")
    func wholeBodies() throws {
        let whole = ScriptedServer([[Self.answer("200 OK", [], "0123456789")]])
        let storage = try storage(whole)
        #expect(try storage.read("a", range: 2..<5) == Array("234".utf8))
        #expect(try storage.read("a", range: 8..<50) == Array("89".utf8))
        #expect(try storage.read("a", range: 20..<50) == [])
        let endless = ScriptedServer([
            [.send("HTTP/1.1 200 OK\r\ncontent-length: 9000000000000\r\n\r\n0123456789"), .trickle]
        ])
        #expect(try self.storage(endless).read("a", range: 2..<5) == Array("234".utf8))
    }

    @Test("A slow server ends with the deadline, and a cancelled request at once")
    func slowness() throws {
        let slow = ScriptedServer([[.send("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n"), .trickle]])
        let late = stateError {
            _ = try storage(slow).read("a", range: 0..<1_000_000, by: StorageDeadline(after: .milliseconds(300)))
        }
        #expect(late?.code == .timedOut, "\(String(describing: late))")
        let silent = ScriptedServer([[.wait]])
        let silence = stateError {
            _ = try storage(silent).exists("a", by: StorageDeadline(after: .milliseconds(300)))
        }
        #expect(silence?.code == .timedOut, "\(String(describing: silence))")
        let asked = Counter()
        let cancelled = stateError {
            _ = try storage(slow).read("a", range: 0..<1_000_000, by: StorageDeadline(after: nil) { asked.next() > 5 })
        }
        #expect(cancelled?.code == .cancelled, "\(String(describing: cancelled))")
    }

    @Test("A head without an end is an error")
    func endlessHead() throws {
        let line = "x: " + String(repeating: "y", count: 1_000) + "\r\n"
        let server = ScriptedServer([[.send("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 90))]])
        #expect(stateError { _ = try storage(server).list() }?.message.contains("head without an end") == true)
    }

    @Test("What passes is tried again, and what does not is not")
    func retries() throws {
        var policy = RetryPolicy()
        (policy.firstPause, policy.longestPause) = (.zero, .zero)
        let good = Self.answer("200 OK", [], "abc")
        let recovering = ScriptedServer([
            [Self.answer("500 Oops")], [.send("")], [Self.answer("503 Busy")], [good],
        ])
        let storage = RetryingStorage(try storage(recovering), policy: policy)
        #expect(try storage.read("a", range: 0..<3) == Array("abc".utf8))
        #expect(recovering.requests.count >= 4)
        let denied = ScriptedServer([[Self.answer("403 Forbidden")], [good]])
        let error = stateError {
            _ = try RetryingStorage(try self.storage(denied), policy: policy).read("a", range: 0..<3)
        }
        #expect(error?.code == .accessDenied)
        #expect(denied.requests.count == 1)
    }

    @Test("Hostile listings are errors that name what they hold")
    func listings() throws {
        func page(_ inside: String) -> String { "<ListBucketResult>\(inside)</ListBucketResult>" }
        func object(_ key: String, _ size: String = "1") -> String {
            "<Contents><Key>\(key)</Key><Size>\(size)</Size></Contents>"
        }
        let again = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
        let cases: [(String, StateError.Code, String)] = [
            (page(object("elsewhere/a")), .malformed, "elsewhere"), (page(object("x/../a")), .malformed, ".."),
            (page(object("x/a", "-1")), .malformed, "size"), (page(object("x/a", "9e9")), .malformed, "size"),
            (page(object("x/a//b")), .malformed, "empty"), (page(again), .malformed, "again"),
            (page("<IsTruncated>true</IsTruncated>"), .malformed, "where"), ("<html></html>", .malformed, "html"),
            ("", .unavailable, "middle"), (page(object("x/a")).dropLast(5) + "", .unavailable, "middle"),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]>" + page(""), .malformed, "document type"),
            (page(object("&b;")), .malformed, "entity"), (page("<a></b>"), .malformed, "order"),
            (String(repeating: "<ListBucketResult>", count: 99), .malformed, "deeper"),
        ]
        for (xml, code, words) in cases {
            let server = ScriptedServer([[Self.answer("200 OK", [], xml)]])
            let error = stateError { _ = try storage(server).list() }
            #expect(error?.code == code, "\(xml): \(String(describing: error))")
            #expect(error?.message.contains(words) == true, "\(xml): \(String(describing: error))")
        }
        let folders = ScriptedServer([[Self.answer("200 OK", [], page(object("x/", "0") + object("x/a&lt;&#x42;")))]])
        #expect(try storage(folders).list() == [StorageEntry(key: "a<B", size: 1)])
    }

    @Test("Nobody at the address is an error that may pass")
    func nobody() throws {
        let storage = try S3Storage(
            StorageURI("s3://bucket?endpoint=http://127.0.0.1:1"), credentials: S3Credentials(keyID: "a", secret: "b"))
        #expect(stateError { _ = try storage.list() }?.code == .unavailable)
    }
}
