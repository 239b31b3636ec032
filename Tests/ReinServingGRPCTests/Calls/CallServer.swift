#if ServingGRPC
import Foundation
import GRPCCore
import GRPCInProcessTransport
import NIOPosix
import ReinCheckpoints
import ReinPolicies
import ReinServing
import ReinSpaces
import ReinTestSupport
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// The calls of a service, made by a client in the same process.
struct CallServer {
    let service: InferenceService
    let client: GRPCClient<InProcessTransport.Client>

    /// Calls `body` with a server of the model `default_policy`, of version 10: four numbers to one of two actions.
    static func with(
        token: AccessToken? = nil, messageLimit: Int = 1 << 20, limits: InferenceService.Limits = .init(),
        policy: Policy = SamplePolicy("a pole", .discrete(2), observations: [4], hidden: [8]).policy,
        _ body: @Sendable (CallServer) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let service = InferenceService(try repository(at: path, policy), limits: limits, seed: 1)
            let threads = NIOThreadPool(numberOfThreads: 2)
            threads.start()
            let transport = InProcessTransport()
            let calls = InferenceCalls(service: service, threads: threads, token: token, messageLimit: messageLimit)
            try await withGRPCServer(transport: InferTransport(transport.server, calls), services: [calls]) { _ in
                try await withGRPCClient(transport: transport.client) { client in
                    try await body(CallServer(service: service, client: client))
                }
            }
            try await threads.shutdownGracefully()
        }
    }

    /// Writes a run of one checkpoint, which has a policy under some names, and opens it.
    static func repository(
        at path: String, _ policy: Policy, models: [PolicyID] = ["default_policy"],
        metrics: ServingMetrics = ServingMetrics()
    ) throws -> ModelRepository {
        try CheckpointDirectory.writeAlgorithm(
            to: "\(path)/checkpoint_000010", format: .native, algorithm: ["iteration": 1],
            policies: models.map { ($0, policy.state) }, replacingExisting: false, synchronizing: false)
        return try ModelRepository(
            ModelRepository.Configuration(sources: [ModelSource(path: path)]), metrics: metrics)
    }

    /// Makes a call of one message and one answer.
    func call<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ name: String, _ request: Request, metadata: Metadata = [:], as type: Response.Type = Response.self
    ) async throws -> Response {
        try await client.unary(
            request: ClientRequest(message: request, metadata: metadata),
            descriptor: InferenceCalls.method(name, .unary), serializer: MessageWriter<Request>(),
            deserializer: MessageReader<Response>(), options: .defaults
        ) { try $0.message }
    }

    /// Makes an inference.
    func infer(
        _ request: Inference_ModelInferRequest, metadata: Metadata = [:]
    ) async throws -> Inference_ModelInferResponse {
        try await call("ModelInfer", request, metadata: metadata)
    }

    /// The status of a call that is refused, and its words.
    func refusal(_ body: () async throws -> some Any) async throws -> (code: RPCError.Code, message: String) {
        do {
            _ = try await body()
        } catch let error as RPCError { return (error.code, error.message) }
        Issue.record("the call was answered")
        return (.unknown, "")
    }
}

/// A message as a client has sent it.
struct RecordedMessage {
    let name: String
    let bytes: [UInt8]

    /// All messages of one kind, in the order in which they were sent.
    static func all(_ method: String) throws -> [RecordedMessage] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return try ["tritonclient", "kserve"].flatMap { client in
            try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(client).path).sorted()
                .filter { $0.contains("_\(method)") }
                .map { name in
                    RecordedMessage(
                        name: "\(client)/\(name)",
                        bytes: Array(try Data(contentsOf: folder.appendingPathComponent("\(client)/\(name)"))))
                }
        }
    }
}

extension Inference_ModelInferRequest {
    /// A request of some rows of four numbers.
    static func pole(
        rows: Int = 1, _ change: (inout Inference_ModelInferRequest) -> Void = { _ in }
    ) -> Inference_ModelInferRequest {
        .with { request in
            request.modelName = "default_policy"
            request.inputs = [
                .with {
                    $0.name = "obs"
                    $0.datatype = "FP32"
                    $0.shape = [Int64(rows), 4]
                }
            ]
            let numbers = (0..<rows * 4).map { Float($0) / 10 }
            request.rawInputContents = [numbers.withUnsafeBytes { Data($0) }]
            change(&request)
        }
    }
}
#endif
