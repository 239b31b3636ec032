#if ServingGRPC
import GRPCCore
import ReinServing

/// A transport whose calls of `ModelInfer` are answered as soon as they come, with one write; all others go to the router of
/// the server. What the router does for every call, three writes and a task that sleeps until the deadline among it, takes
/// longer than most policies do.
struct InferTransport<Base: GRPCCore.ServerTransport>: GRPCCore.ServerTransport {
    typealias Bytes = Base.Bytes

    private let base: Base
    private let calls: InferenceCalls
    private let watch: CallWatch?

    /// - Parameters:
    ///   - base: what brings calls.
    ///   - calls: who answers those of `ModelInfer`.
    ///   - watch: who counts them; nobody when nil.
    init(_ base: Base, _ calls: InferenceCalls, watch: CallWatch? = nil) {
        self.base = base
        self.calls = calls
        self.watch = watch
    }

    func configure(context: GRPCServerContext) {
        var context = context
        context.methods.append(InferenceCalls.method("ModelInfer", .unary))
        base.configure(context: context)
    }

    func listen(
        streamHandler: @escaping @Sendable (RPCStream<Inbound, Outbound>, ServerContext) async -> Void
    ) async throws {
        let (calls, watch) = (calls, watch)
        try await base.listen { stream, context in
            if stream.descriptor.method == "ModelInfer",
                stream.descriptor.service.fullyQualifiedService == InferenceCalls.serviceName
            {
                await Self.infer(stream, calls, watch)
            } else {
                await streamHandler(stream, context)
            }
        }
    }

    func beginGracefulShutdown() { base.beginGracefulShutdown() }

    private static func infer(
        _ stream: RPCStream<Inbound, Outbound>, _ calls: InferenceCalls, _ watch: CallWatch?
    ) async {
        let (began, note) = (ContinuousClock.now, watch?.makeNote())
        let parts: [RPCResponsePart<Bytes>]
        var refusal: RPCError?
        do {
            let response = try await CallNote.$current.withValue(note) { try await answer(stream.inbound, calls) }
            parts = [
                .metadata([:]), .message(InferSerializer().serialize(response)),
                .status(Status(code: .ok, message: ""), [:]),
            ]
        } catch {
            if let error = error as? ServingError { note?.note(error.kind) }
            let error = RPCError(refusing: error)
            refusal = error
            parts = [.status(Status(code: Status.Code(error.code), message: error.message), error.metadata)]
        }
        // There may be nobody any more who could be answered.
        try? await stream.outbound.write(contentsOf: parts)
        await stream.outbound.finish()
        watch?.end(stream.descriptor, began, note, refusal)
    }

    private static func answer(_ inbound: Inbound, _ calls: InferenceCalls) async throws -> InferenceResponse {
        var iterator = inbound.makeAsyncIterator()
        guard case .metadata(let metadata)? = try await iterator.next() else {
            throw ServingError(.invalidArgument, "expected the head of a call, found none")
        }
        try calls.authorize(metadata)
        let deadline = CallDeadline(metadata)
        guard case .message(let bytes)? = try await iterator.next() else {
            throw ServingError(.invalidArgument, "expected one message, found none")
        }
        guard try await iterator.next() == nil else {
            throw ServingError(.invalidArgument, "expected one message, found more")
        }
        return try await calls.answer(InferDeserializer(limit: calls.messageLimit).deserialize(bytes), before: deadline)
    }
}
#endif
