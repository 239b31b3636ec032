#if Serving
/// Why a request is refused. It is the client's to read: it names what was expected and what was found.
public struct ServingError: Error, Sendable, Equatable {
    /// What kind of refusal it is; each transport has a status for it.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// The request says what it may not: HTTP 400.
        case invalidArgument
        /// The token is missing or wrong: HTTP 401.
        case unauthenticated
        /// There is no such model, version or path: HTTP 404.
        case notFound
        /// The path is not for this verb: HTTP 405.
        case methodNotAllowed
        /// The body took too long to come: HTTP 408.
        case requestTimeout
        /// The request is too large: HTTP 413.
        case tooLarge
        /// The body is encoded as nobody reads it: HTTP 415.
        case unsupportedEncoding
        /// The head of the request is too large: HTTP 431.
        case headTooLarge
        /// Nobody has time for it now, or the server is stopping: HTTP 503.
        case unavailable
        /// What the client gave as its limit is over: HTTP 504.
        case deadlineExceeded
    }

    /// What kind of refusal it is.
    public var kind: Kind
    /// What was expected, and what was found.
    public var message: String

    /// Refuses a request.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension ServingError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
#endif
