#if ServingGRPC
import GRPCCore
import NIOPosix
import ReinServing

/// The calls of `inference.GRPCInferenceService`: messages in and out, and in between what the service does with requests
/// however they come. Calls of `ModelInfer` are answered before they come here (`InferTransport`), and those of other names
/// with UNIMPLEMENTED.
struct InferenceCalls: RegistrableRPCService {
    /// Who answers.
    let service: InferenceService
    /// Where files are read, and requests waited for.
    let threads: NIOThreadPool
    /// What clients have to show; nothing when nil.
    var token: AccessToken?
    /// The largest number of bytes of a request, unpacked.
    var messageLimit = 64 << 20
    /// Who counts the requests of streams; nobody when nil.
    var watch: CallWatch?

    func registerMethods<Transport: GRPCCore.ServerTransport>(with router: inout RPCRouter<Transport>) {
        registerServer(with: &router)
        registerModels(with: &router)
        registerRepository(with: &router)
        router.registerHandler(
            forMethod: Self.method("ModelStreamInfer", .bidirectionalStreaming),
            deserializer: InferDeserializer(limit: messageLimit), serializer: StreamSerializer()
        ) { request, context in
            try await refusing {
                try authorize(request.metadata)
                return stream(request, context)
            }
        }
    }

    /// The name of the service.
    static let serviceName = "inference.GRPCInferenceService"

    /// A method of the service.
    static func method(_ name: String, _ type: MethodDescriptor.RPCType) -> MethodDescriptor {
        MethodDescriptor(fullyQualifiedService: serviceName, method: name, type: type)
    }

    /// Checks what a client shows.
    func authorize(_ metadata: Metadata) throws(ServingError) {
        try token?.check(metadata.firstText("authorization"))
    }

    /// Has refusals become statuses.
    func refusing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch {
            if let error = error as? ServingError { CallNote.current?.note(error.kind) }
            throw RPCError(refusing: error)
        }
    }

    /// Answers a request.
    func answer(_ message: InferMessage, before deadline: CallDeadline?) async throws -> InferenceResponse {
        var request = try message.request.get()
        CallNote.current?.note(RequestSubject(model: request.model, version: request.version, id: request.id))
        try deadline?.apply(to: &request)
        let response = try await service.respond(to: request)
        CallNote.current?.note(RequestSubject(model: response.model, version: response.version, id: response.id))
        return response
    }

    /// Does what takes files, or waits, on a thread that may.
    func waiting<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        do {
            return try await threads.runIfActive(body)
        } catch let error as ServingError {
            throw error
        } catch { throw ServingError(.unavailable, "the server is stopping") }
    }
}
#endif
