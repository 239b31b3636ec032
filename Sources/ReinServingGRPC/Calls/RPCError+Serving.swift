#if ServingGRPC
import GRPCCore
import ReinServing

extension RPCError {
    /// A refusal as a status: the text becomes that of the client's exception.
    init(_ error: ServingError) { self.init(code: Code(error.kind), message: error.message) }

    /// Whatever has ended a call as a status.
    init(refusing error: any Error) {
        switch error {
        case let error as ServingError: self.init(error)
        case let error as RPCError: self = error
        default: self.init(ServingError(.unavailable, "the server is stopping"))
        }
    }
}

extension RPCError.Code {
    /// The status of a kind of refusal.
    init(_ kind: ServingError.Kind) {
        switch kind {
        case .invalidArgument: self = .invalidArgument
        case .unauthenticated: self = .unauthenticated
        case .notFound: self = .notFound
        case .methodNotAllowed, .unsupportedEncoding: self = .unimplemented
        case .tooLarge, .headTooLarge: self = .resourceExhausted
        case .unavailable: self = .unavailable
        case .deadlineExceeded, .requestTimeout: self = .deadlineExceeded
        }
    }
}
#endif
