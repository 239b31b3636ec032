#if ServingGRPC
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import ReinServing
import ReinSpaces
import ReinTestSupport
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// A policy server with sockets, and a client of gRPC.
@Suite("gRPC on a port", .timeLimit(.minutes(2)))
struct GRPCServerTests {
    /// Starts a server of a policy, and calls `body` with its ports and what stops it.
    private func withServer(
        _ change: (inout GRPCConfiguration) throws -> Void = { _ in },
        _ body: @Sendable (_ port: Int, _ server: Task<Void, any Error>) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let policy = SamplePolicy("a pole", .discrete(2), observations: [4], hidden: [8]).policy
            let service = InferenceService(try CallServer.repository(at: path, policy))
            var configuration = PolicyServer.Configuration()
            configuration.port = 0
            var grpc = GRPCConfiguration()
            grpc.port = 0
            try change(&grpc)
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let transport = PolicyTransport.grpc(grpc) { continuation.yield($0) }
            let server = Task {
                defer { continuation.finish() }
                try await PolicyServer(service, configuration: configuration, transports: [transport]).run()
            }
            for await port in ports {
                try await body(port, server)
                break
            }
            server.cancel()
            try await server.value
        }
    }

    private func withClient(
        _ port: Int, compression: CompressionAlgorithm = .none,
        _ body: @Sendable (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Void
    ) async throws {
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext,
            config: .defaults { $0.compression = .init(algorithm: compression, enabledAlgorithms: .all) })
        try await withGRPCClient(transport: transport) { try await body($0) }
    }

    private func infer(
        _ client: GRPCClient<HTTP2ClientTransport.Posix>, _ request: Inference_ModelInferRequest = .pole()
    ) async throws -> Inference_ModelInferResponse {
        try await client.unary(
            request: ClientRequest(message: request), descriptor: InferenceCalls.method("ModelInfer", .unary),
            serializer: MessageWriter<Inference_ModelInferRequest>(),
            deserializer: MessageReader<Inference_ModelInferResponse>(), options: .defaults
        ) { try $0.message }
    }

    @Test("Requests are answered, plain and packed", arguments: [CompressionAlgorithm.none, .gzip, .deflate])
    func packed(_ compression: CompressionAlgorithm) async throws {
        try await withServer { port, _ in
            try await withClient(port, compression: compression) { client in
                let first = try await infer(client)
                for _ in 0..<20 { #expect(try await infer(client) == first) }
                let many = try await infer(client, .pole(rows: 1000))
                #expect(many.outputs[0].shape == [1000])
            }
        }
    }

    @Test("What is too large is refused, and the connection lives on")
    func tooLarge() async throws {
        try await withServer({ $0.messageLimit = 100_000 }) { port, _ in
            try await withClient(port) { client in
                do {
                    _ = try await infer(client, .pole(rows: 7000))
                    Issue.record("112,000 bytes were taken in")
                } catch let error as RPCError { #expect(error.code == .resourceExhausted, "\(error)") }
                _ = try await infer(client)
            }
        }
    }

    @Test("A port that somebody else has is an error that names it")
    func taken() async throws {
        try await withServer { port, _ in
            do {
                try await withServer({ $0.port = port }) { _, _ in }
                Issue.record("two servers listen on one port")
            } catch let error as ListenFailure { #expect(error.address == "127.0.0.1:\(port)") }
        }
    }
}
#endif
