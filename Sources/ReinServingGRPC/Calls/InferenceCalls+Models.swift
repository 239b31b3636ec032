#if ServingGRPC
import GRPCCore
import ReinServing
import SwiftProtobuf

/// What is said of the server and of its models. The texts are those of HTTP, whose JSON the messages are read from.
extension InferenceCalls {
    func registerServer<Transport: GRPCCore.ServerTransport>(with router: inout RPCRouter<Transport>) {
        unary("ServerLive", in: &router, isOpen: true) { (_: Inference_ServerLiveRequest) in
            Inference_ServerLiveResponse.with { $0.live = true }
        }
        unary("ServerReady", in: &router, isOpen: true) { (_: Inference_ServerReadyRequest) in
            Inference_ServerReadyResponse.with { $0.ready = service.isReady }
        }
        unary("ServerMetadata", in: &router) { (_: Inference_ServerMetadataRequest) in
            try Inference_ServerMetadataResponse(described: service.serverDescription)
        }
    }

    func registerModels<Transport: GRPCCore.ServerTransport>(with router: inout RPCRouter<Transport>) {
        unary("ModelReady", in: &router) { (request: Inference_ModelReadyRequest) in
            let isReady = try service.isReady(ModelAddress(request.name, request.version))
            return Inference_ModelReadyResponse.with { $0.ready = isReady }
        }
        unary("ModelMetadata", in: &router) { (request: Inference_ModelMetadataRequest) in
            let text = try await described(ModelAddress(request.name, request.version)) {
                $0.metadataDescription(of: $1)
            }
            return try Inference_ModelMetadataResponse(described: text)
        }
        unary("ModelConfig", in: &router) { (request: Inference_ModelConfigRequest) in
            let text = try await described(ModelAddress(request.name, request.version)) {
                $0.configDescription(of: $1)
            }
            return try Inference_ModelConfigResponse.with { $0.config = try Inference_ModelConfig(described: text) }
        }
        unary("ModelStatistics", in: &router) { (request: Inference_ModelStatisticsRequest) in
            let address = request.name.isEmpty ? nil : ModelAddress(request.name, request.version)
            return try Inference_ModelStatisticsResponse(described: try service.statistics(of: address))
        }
    }

    /// Describes a model, which is read from its file before where it is not in memory.
    private func described(
        _ address: ModelAddress, _ describe: @escaping @Sendable (InferenceService, ServedModel) -> String
    ) async throws -> String {
        if let lease = try service.repository.lease(address.name, version: address.version) {
            return describe(service, lease.model)
        }
        let service = service
        return try await waiting {
            let lease = try service.repository.leaseLoading(address.name, version: address.version)
            return describe(service, lease.model)
        }
    }

    /// Registers a call of one message and one answer, which are small.
    ///
    /// - Parameter isOpen: whether it is answered without a token.
    func unary<
        Transport: GRPCCore.ServerTransport, Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message
    >(
        _ name: String, in router: inout RPCRouter<Transport>, isOpen: Bool = false,
        answer: @escaping @Sendable (Request) async throws -> Response
    ) {
        router.registerHandler(
            forMethod: Self.method(name, .unary), deserializer: MessageReader<Request>(),
            serializer: MessageWriter<Response>()
        ) { request, _ in
            try await refusing {
                if !isOpen { try authorize(request.metadata) }
                let message = try await ServerRequest(stream: request).message
                return StreamingServerResponse(single: ServerResponse(message: try await answer(message)))
            }
        }
    }
}

extension ModelAddress {
    /// An empty version is none.
    init(_ name: String, _ version: String) { self.init(name: name, version: version.isEmpty ? nil : version) }
}

extension SwiftProtobuf.Message {
    /// Reads what the service says as JSON; what clients of this protocol are not told is passed over.
    init(described text: String) throws {
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        try self.init(jsonString: text, options: options)
    }
}
#endif
