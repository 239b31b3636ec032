#if ServingGRPC
import GRPCCore
import GRPCInProcessTransport
import Logging
import NIOPosix
import ReinCheckpoints
import ReinServing
import ReinSpaces
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinServingGRPC

/// What is counted and told of calls, without sockets.
@Suite("Calls that are watched", .timeLimit(.minutes(2)))
struct CallWatchTests {
    /// The lines of a log.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var log: ServerLog {
            let sink = LogSink { [self] line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
            return ServerLog(Logger(label: "test") { _ in JSONLogHandler(sink: sink) }, accesses: true)
        }

        /// The lines when there are so many, which takes until after the last answer.
        func all(_ count: Int) async throws -> [StateReader] {
            let limit = ContinuousClock.now + .seconds(20)
            while lines.withLock({ $0.count }) < count, ContinuousClock.now < limit { await Task.yield() }
            return try lines.withLock { $0 }.map { StateReader(try JSON.parse(String($0.dropLast()))) }
        }
    }

    @Test("Each call is told once, with its request and its status, and counted")
    func told() async throws {
        let (lines, registry) = (Lines(), PrometheusRegistry())
        try await withTemporaryDirectory { path in
            let policy = SamplePolicy("a pole", .discrete(2), observations: [4], hidden: [8]).policy
            _ = try CallServer.repository(at: path, policy)
            let service = InferenceService(
                try ModelRepository(
                    .init(sources: [ModelSource(path: path)]), metrics: ServingMetrics(factory: registry)))
            let threads = NIOThreadPool(numberOfThreads: 2)
            threads.start()
            let transport = InProcessTransport()
            let watch = CallWatch(service, log: lines.log)
            let calls = InferenceCalls(
                service: service, threads: threads, token: try AccessToken("s3cret"), watch: watch)
            try await withGRPCServer(
                transport: InferTransport(transport.server, calls, watch: watch), services: [calls],
                interceptors: [watch]
            ) { _ in
                try await withGRPCClient(transport: transport.client) { client in
                    let server = CallServer(service: service, client: client)
                    let token: Metadata = ["authorization": "Bearer s3cret"]
                    _ = try await server.infer(.pole { $0.id = "r-1" }, metadata: token)
                    _ = try await server.refusal {
                        try await server.infer(
                            .pole { request in
                                request.id = "r-2"
                                request.modelName = "nobody"
                            }, metadata: token)
                    }
                    _ = try await server.refusal { try await server.infer(.pole()) }
                    let ids = ["s-1", "s-2", "s-3"]
                    let requests = ids.map { id in
                        Inference_ModelInferRequest.pole { request in
                            request.id = id
                            if id == "s-2" { request.modelName = "nobody" }
                        }
                    }
                    _ = try await server.stream(requests, metadata: token)
                }
            }
            try await threads.shutdownGracefully()
        }
        // Of a stream each request is one.
        let trees = try await lines.all(6)
        #expect(trees.count == 6)
        for (id, status) in [("s-1", 0), ("s-2", 5), ("s-3", 0)] {
            let line = try #require(trees.first { (try? $0.string("id")) == id })
            #expect(try line.int("status") == Int64(status) && line.string("method") == "ModelStreamInfer")
        }
        let answered = try #require(trees.first { (try? $0.string("id")) == "r-1" })
        #expect(try answered.int("status") == 0 && answered.string("version") == "10")
        #expect(try answered.string("method") == "ModelInfer")
        #expect(try answered.string("path") == "/inference.GRPCInferenceService/ModelInfer")
        let refused = try #require(trees.first { (try? $0.string("id")) == "r-2" })
        #expect(try refused.int("status") == 5 && refused.string("reason") == "not_found")
        #expect(trees.contains { (try? $0.string("reason")) == "unauthenticated" })
        #expect(!trees.contains { "\($0.tree)".contains("s3cret") })
        let text = String(decoding: registry.text(), as: UTF8.self)
        for (code, count) in [(0, 3), (5, 2), (16, 1), (14, 0)] {
            #expect(text.contains("\nrein_answers_total{code=\"\(code)\",transport=\"grpc\"} \(count)\n"), "\(code)")
        }
    }
}
#endif
