#if ServingGRPC
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import ReinCheckpoints
import ReinServing
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinServingGRPC

/// A policy server that listens for gRPC, and clients of it.
struct ServedPort {
    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    let port: Int
    /// Who answers; nil when that is another process.
    var service: InferenceService?

    /// Starts a server of a policy, and calls `body` with its port.
    ///
    /// - Parameters:
    ///   - models: the names of the policy.
    ///   - bodyMemory: how many bytes of memory all requests have.
    ///   - parts: takes note of each connection.
    static func with(
        models: [PolicyID] = ["default_policy"], tls: ServerTLS? = nil, bodyMemory: Int = 1 << 30,
        noting parts: ConnectionParts? = nil,
        _ change: (inout GRPCConfiguration) throws -> Void = { _ in },
        _ body: @Sendable (ServedPort) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let policy = SamplePolicy("a pole", .discrete(2), observations: [4], hidden: [8]).policy
            let service = InferenceService(try CallServer.repository(at: path, policy, models: models))
            var configuration = PolicyServer.Configuration()
            configuration.port = 0
            configuration.tls = tls
            configuration.bodyMemory = bodyMemory
            var grpc = GRPCConfiguration()
            grpc.port = 0
            try change(&grpc)
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let transport = PolicyTransport.grpc(
                grpc, onListening: { continuation.yield($0) }, onConnection: { parts?.note($0) })
            let server = Task {
                defer { continuation.finish() }
                try await PolicyServer(service, configuration: configuration, transports: [transport]).run()
            }
            var outcome = Result<Void, any Error>.success(())
            for await port in ports {
                do { try await body(ServedPort(port: port, service: service)) } catch { outcome = .failure(error) }
                break
            }
            server.cancel()
            try await server.value
            try outcome.get()
        }
    }

    /// Calls `body` with a client.
    ///
    /// - Parameter trusting: the certificate that the server is to have; plain connections when nil.
    func withClient(
        compression: CompressionAlgorithm = .none, trusting path: String? = nil,
        _ body: @Sendable (Client) async throws -> Void
    ) async throws {
        let security: HTTP2ClientTransport.Posix.TransportSecurity =
            path.map { path in
                .tls {
                    $0.trustRoots = .certificates([.file(path: path, format: .pem)])
                }
            } ?? .plaintext
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: security,
            config: .defaults {
                $0.compression = .init(algorithm: compression, enabledAlgorithms: .all)
                $0.http2.authority = "localhost"
            })
        try await withGRPCClient(transport: transport) { try await body($0) }
    }
}

extension ServedPort.Client {
    /// Makes an inference.
    func infer(_ request: Inference_ModelInferRequest = .pole()) async throws -> Inference_ModelInferResponse {
        var options = CallOptions.defaults
        options.waitForReady = false
        return try await unary(
            request: ClientRequest(message: request), descriptor: InferenceCalls.method("ModelInfer", .unary),
            serializer: MessageWriter<Inference_ModelInferRequest>(),
            deserializer: MessageReader<Inference_ModelInferResponse>(), options: options
        ) { try $0.message }
    }

    /// Whether the server lives.
    func isLive() async throws -> Bool {
        try await unary(
            request: ClientRequest(message: Inference_ServerLiveRequest()),
            descriptor: InferenceCalls.method("ServerLive", .unary),
            serializer: MessageWriter<Inference_ServerLiveRequest>(),
            deserializer: MessageReader<Inference_ServerLiveResponse>(), options: .defaults
        ) { try $0.message.live }
    }

    /// The status of an inference that is refused; nil when it is answered.
    func refusal(of request: Inference_ModelInferRequest = .pole()) async throws -> RPCError? {
        do {
            _ = try await infer(request)
            return nil
        } catch let error as RPCError { return error }
    }
}
#endif
