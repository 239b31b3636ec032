#if ServingGRPC
import GRPCCore
import ReinServing

extension RPCError {
    /// A refusal as a status: the text becomes that of the client's exception.
    init(_ error: ServingError) { self.init(code: Code(error.kind), message: error.message) }
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
