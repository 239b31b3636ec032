#if ServingGRPC
import GRPCCore
import ReinServing
import Synchronization

/// Streams of requests. Each is answered when the one before has been, and one that is refused leaves the stream as it is.
extension InferenceCalls {
    /// Answers the requests of a stream until the client ends it, its deadline is over or the server stops; the request that
    /// is being worked on then is answered.
    func stream(
        _ request: StreamingServerRequest<InferMessage>, _ context: ServerContext
    ) -> StreamingServerResponse<StreamedAnswer> {
        let (deadline, method) = (CallDeadline(request.metadata), context.descriptor)
        return StreamingServerResponse { writer in
            let turn = StreamTurn()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for try await message in request.messages {
                        guard turn.begin() else { break }
                        try await writer.write(await streamed(message, of: method, before: deadline))
                        guard turn.end() else { break }
                    }
                    return true
                }
                group.addTask {
                    guard (try? await context.cancellation.cancelled) != nil else { return false }
                    return turn.close()
                }
                // Until there are no more requests, or nobody answers one that was waited for.
                while let isOver = try await group.next(), !isOver {}
                group.cancelAll()
            }
            if turn.isClosed {
                let stopping = ServingError(.unavailable, "the server is stopping")
                throw RPCError(deadline?.isOver() == true ? CallDeadline.over : stopping)
            }
            return [:]
        }
    }

    private func streamed(
        _ message: InferMessage, of method: MethodDescriptor, before deadline: CallDeadline?
    ) async -> StreamedAnswer {
        let (began, note) = (ContinuousClock.now, watch?.makeNote())
        do {
            let response = try await CallNote.$current.withValue(note) { try await answer(message, before: deadline) }
            watch?.end(method, began, note, nil)
            return .response(response)
        } catch {
            let refusal = error as? ServingError ?? ServingError(.unavailable, "the server is stopping")
            note?.note(refusal.kind)
            watch?.end(method, began, note, RPCError(refusal))
            return .refusal(refusal, id: message.id)
        }
    }
}

/// Whether a stream is answering a request, or may be ended.
private final class StreamTurn: Sendable {
    private let state = Mutex((isAnswering: false, isClosed: false))

    /// Begins to answer; false when the stream is to end.
    func begin() -> Bool {
        state.withLock { state in
            state.isAnswering = !state.isClosed
            return !state.isClosed
        }
    }

    /// Notes that the answer was written; false when the stream is to end.
    func end() -> Bool {
        state.withLock { state in
            state.isAnswering = false
            return !state.isClosed
        }
    }

    /// Has the stream end: now, which is returned, or when its answer was written.
    func close() -> Bool {
        state.withLock { state in
            state.isClosed = true
            return !state.isAnswering
        }
    }

    /// Whether it is to end, though the client has not ended it.
    var isClosed: Bool { state.withLock { $0.isClosed } }
}
#endif
