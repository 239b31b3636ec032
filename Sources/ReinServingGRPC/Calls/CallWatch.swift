#if ServingGRPC
import GRPCCore
import ReinServing
import Synchronization

/// Counts what calls come to, and tells the log. Of a stream each request is one that comes to something, and its end only where
/// it is an error.
struct CallWatch: ServerInterceptor {
    private let answers: AnswerMetrics
    private let log: ServerLog?

    /// Watches the calls of a server.
    init(_ service: InferenceService, log: ServerLog?) {
        let codes = ServingError.Kind.allCases.map { RPCError.Code($0).rawValue } + [RPCError.Code.unknown.rawValue]
        answers = AnswerMetrics(transport: "grpc", codes: [0] + Set(codes).sorted(), service.repository.metrics)
        self.log = log
    }

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>, context: ServerContext,
        next:
            @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let (method, began, note) = (context.descriptor, ContinuousClock.now, makeNote())
        var response: StreamingServerResponse<Output>
        do {
            response = try await CallNote.$current.withValue(note) { try await next(request, context) }
        } catch {
            end(method, began, note, error)
            throw error
        }
        switch response.accepted {
        case .failure(let error): end(method, began, note, error)
        case .success(var contents):
            let produce = contents.producer
            contents.producer = { writer in
                do {
                    let trailers = try await CallNote.$current.withValue(note) { try await produce(writer) }
                    if !method.takesStream { end(method, began, note, nil) }
                    return trailers
                } catch {
                    end(method, began, note, error)
                    throw error
                }
            }
            response.accepted = .success(contents)
        }
        return response
    }

    /// Counts a call that was refused before anybody answered it, and tells of it.
    func end(_ refused: RefusedCall, _ began: ContinuousClock.Instant) {
        let note = makeNote()
        note?.note(refused.kind)
        end(refused.method, began, note, RPCError(ServingError(refused.kind, "")))
    }

    /// Counts a connection that is refused or given up, and tells of it.
    func noteRefusedConnection() {
        answers.note(RPCError.Code(.unavailable).rawValue)
        log?.noteRefusal(.unavailable)
    }

    /// What is to be told of a call; nil when nobody is told.
    func makeNote() -> CallNote? { log == nil ? nil : CallNote() }

    /// Counts a call that has ended, and tells of it.
    func end(
        _ method: MethodDescriptor, _ began: ContinuousClock.Instant, _ note: CallNote?, _ error: (any Error)?
    ) {
        let code = error.map { ($0 as? RPCError)?.code ?? .unknown }
        let status = code?.rawValue ?? 0
        answers.note(status)
        guard let log, let note else { return }
        let (subject, refusal) = note.values
        log.note(
            ServerLog.Answer(
                method: method.method, path: "/\(method.fullyQualifiedMethod)", status: status, bytes: nil,
                took: ContinuousClock.now - began, subject: subject),
            refusal: code.map { refusal ?? ServingError.Kind($0) })
    }
}

/// What becomes known of a call while it is answered.
final class CallNote: Sendable {
    /// That of the call that is being answered.
    @TaskLocal static var current: CallNote?

    private let state = Mutex<(subject: RequestSubject?, refusal: ServingError.Kind?)>((nil, nil))

    /// What has become known: the inference that was asked for, and why it was refused.
    var values: (subject: RequestSubject?, refusal: ServingError.Kind?) { state.withLock { $0 } }

    /// Notes which inference is asked for, or has been answered.
    func note(_ subject: RequestSubject) { state.withLock { $0.subject = subject } }

    /// Notes why the call is refused.
    func note(_ refusal: ServingError.Kind) { state.withLock { $0.refusal = refusal } }
}

extension MethodDescriptor {
    /// Whether requests may come for as long as the client likes.
    fileprivate var takesStream: Bool { method == "ModelStreamInfer" }
}

extension ServingError.Kind {
    /// The kind that is nearest to a status with which a call was ended by others.
    fileprivate init(_ code: RPCError.Code) {
        switch code {
        case .unauthenticated, .permissionDenied: self = .unauthenticated
        case .notFound: self = .notFound
        case .unimplemented: self = .methodNotAllowed
        case .resourceExhausted: self = .tooLarge
        case .deadlineExceeded: self = .deadlineExceeded
        case .invalidArgument, .failedPrecondition, .outOfRange: self = .invalidArgument
        default: self = .unavailable
        }
    }
}
#endif
