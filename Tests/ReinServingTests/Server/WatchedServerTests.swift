#if Serving
import Foundation
import ReinCheckpoints
import Synchronization
import Testing

@testable import ReinServing

/// A server with sockets that is watched: its metrics, and its log.
@Suite("A server that is watched", .timeLimit(.minutes(3)))
struct WatchedServerTests {
    /// The ports of a server.
    private struct Ports: Sendable {
        var http = 0
        var metrics = 0
    }

    /// Starts a server of a policy `red` with a token, calls `body` with its ports, and stops it.
    private func withServer(
        _ lines: LogLines, _ body: @escaping @Sendable (Ports, RunFolder) throws -> Void
    ) async throws {
        let path = NSTemporaryDirectory() + "rein-serving-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = RunFolder(path: path)
        try run.write(10, ["red"])
        let (log, registry) = (lines.log(accesses: true), PrometheusRegistry())
        let repository = try ModelRepository(
            .init(sources: [ModelSource(path: path)]), metrics: ServingMetrics(factory: registry), observe: log.note)
        var configuration = PolicyServer.Configuration()
        configuration.port = 0
        configuration.pollInterval = .milliseconds(20)
        configuration.token = try AccessToken("s3cret")
        configuration.log = log
        let (ports, continuation) = AsyncStream.makeStream(of: Void.self)
        let known = Mutex(Ports())
        let endpoint = MetricsEndpoint(registry, host: "127.0.0.1", port: 0) { port in
            known.withLock { $0.metrics = port }
            continuation.yield()
        }
        let server = PolicyServer(
            InferenceService(repository), configuration: configuration, transports: [PolicyTransport(endpoint)]
        ) { port in
            known.withLock { $0.http = port }
            continuation.yield()
        }
        let running = Task { try await server.run() }
        var count = 0
        for await _ in ports {
            count += 1
            guard count == 2 else { continue }
            let found = known.withLock { $0 }
            let outcome = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: Result { try body(found, run) }) }
            }
            running.cancel()
            try await running.value
            return try outcome.get()
        }
    }

    private static let token = "Authorization: Bearer s3cret\r\n"

    private static func request(
        _ path: String, method: String = "POST", _ body: String = "", fields: String = token
    ) -> [UInt8] {
        Array(
            "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)".utf8)
    }

    private static let infer = "/v2/models/red/infer"

    private static func body(_ id: String, _ data: String, _ name: String = "obs") -> String {
        #"{"id":"\#(id)","inputs":[{"name":"\#(name)","datatype":"FP32","shape":[1,3],"data":\#(data)}]}"#
    }

    @Test("Metrics are told on a port of their own, to whoever has the token")
    func metrics() async throws {
        try await withServer(LogLines()) { ports, _ in
            let serving = try RawConnection(port: ports.http)
            for name in ["obs", "obs", "other"] {
                serving.send(Self.request(Self.infer, Self.body("a", "[1,2,3]", name)))
                _ = try serving.answer()
            }
            serving.send(Self.request("/metrics", method: "GET"))
            #expect(try serving.answer()?.status == 404)
            let watching = try RawConnection(port: ports.metrics)
            watching.send(Self.request("/metrics", method: "GET", fields: ""))
            let refusal = try #require(try watching.answer())
            #expect(refusal.status == 401 && refusal.fields["www-authenticate"] == "Bearer")
            watching.send(Self.request("/v2", method: "GET"))
            #expect(try watching.answer()?.status == 404)
            watching.send(Self.request("/metrics", method: "GET"))
            let answer = try #require(try watching.answer())
            #expect(answer.status == 200 && answer.fields["content-type"] == "text/plain; version=0.0.4")
            for line in [
                #"rein_requests_total{model="red",status="ok",version="10"} 2"#,
                #"rein_requests_total{model="red",status="invalid_argument",version="10"} 1"#,
                #"rein_answers_total{code="200",transport="http"} 2"#,
                #"rein_answers_total{code="404",transport="http"} 1"#, "rein_models_loaded 1",
            ] { #expect(answer.text.contains("\n\(line)\n"), "\(line)") }
            watching.send(Self.request("/metrics", method: "HEAD"))
            let head = try #require(try watching.answer(toHead: true))
            #expect(head.status == 200 && (head.fields["content-length"].flatMap { Int($0) } ?? 0) > 1000)
            watching.send(Self.request("/metrics", fields: Self.token))
            let wrong = try #require(try watching.answer())
            #expect(wrong.status == 405 && wrong.fields["allow"] == "GET, HEAD")
        }
    }

    @Test("The log has each event in a line, and nothing that is nobody's business")
    func log() async throws {
        let lines = LogLines()
        try await withServer(lines) { ports, run in
            let connection = try RawConnection(port: ports.http)
            for (path, body, status) in [
                (Self.infer, Self.body("r-1", "[0.7351,2,3]"), 200),
                (Self.infer + "?key=hidden", Self.body("r-2", "[0.7351,2,3]", "secretword"), 400),
                (Self.infer, Self.body("r-3", "[0.7351,\"secretword\",1]"), 400), (Self.infer, "secretword", 400),
                ("/v2/models/nobody/infer", Self.body("r-4", "[0.7351,2,3]"), 404),
            ] {
                connection.send(Self.request(path, body))
                #expect(try connection.answer()?.status == status)
            }
            connection.send(Self.request(Self.infer, fields: "Authorization: Bearer s3crets\r\n"))
            #expect(try connection.answer()?.status == 401)
            try run.write(11, ["red"])
            let limit = ContinuousClock.now + .seconds(20)
            while !lines.all.contains(where: { $0.contains("swapped") }), ContinuousClock.now < limit {
                Thread.sleep(forTimeInterval: 0.005)
            }
        }
        let text = lines.all.joined()
        for secret in ["s3cret", "hidden", "7351", "secretword", "Bearer"] {
            #expect(!text.contains(secret), "\(secret)")
        }
        let trees = try lines.trees
        let messages = try trees.map { try $0.string("message") }
        #expect(messages.filter { $0 == "request" }.count == 6)
        #expect(messages.contains("loaded") && messages.contains("swapped") && messages.last == "stopped")
        let first = try #require(trees.first { (try? $0.string("id")) == "r-1" })
        #expect(try first.string("version") == "10" && first.int("status") == 200 && first.int("bytes") > 50)
        #expect(try first.string("path") == Self.infer && first.string("method") == "POST")
        let refused = try #require(trees.first { (try? $0.string("id")) == "r-2" })
        #expect(try refused.string("path") == Self.infer && refused.string("reason") == "invalid_argument")
        #expect(trees.contains { (try? $0.string("id")) == "r-4" && (try? $0.string("reason")) == "not_found" })
        #expect(trees.contains { (try? $0.string("reason")) == "unauthenticated" })
    }

    @Test("An address of metrics where nobody can listen is said")
    func unusableAddress() async throws {
        try await withServer(LogLines()) { ports, run in
            let outcome = Mutex<String?>(nil)
            let done = DispatchSemaphore(value: 0)
            let repository = try run.repository()
            Task {
                var configuration = PolicyServer.Configuration()
                configuration.port = 0
                let endpoint = MetricsEndpoint(PrometheusRegistry(), host: "127.0.0.1", port: ports.metrics)
                let server = PolicyServer(
                    InferenceService(repository), configuration: configuration, transports: [PolicyTransport(endpoint)])
                do { try await server.run() } catch { outcome.withLock { $0 = "\(error)" } }
                done.signal()
            }
            #expect(done.wait(timeout: .now() + 60) == .success)
            let address = "127.0.0.1:\(ports.metrics)"
            #expect(outcome.withLock { $0 }?.hasPrefix("\(address): cannot listen there: ") == true)
        }
    }
}
#endif
