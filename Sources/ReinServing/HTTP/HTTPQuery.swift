#if Serving
/// What a request over HTTP says, apart from its body: the parts of the head that a policy server looks at.
struct HTTPQuery: Sendable {
    /// The verb, in capitals.
    var method: String
    /// The path with its escapes, and a query if there is one.
    var path: String
    /// The number of bytes of JSON before binary tensors, as it was written.
    var headerLength: String?
    /// How the body is packed.
    var contentEncoding: String?
    /// How the answer may be packed.
    var acceptEncoding: String?
    /// What shows who asks.
    var authorization: String?

    init(
        _ method: String, _ path: String, headerLength: String? = nil, contentEncoding: String? = nil,
        acceptEncoding: String? = nil, authorization: String? = nil
    ) {
        self.method = method
        self.path = path
        self.headerLength = headerLength
        self.contentEncoding = contentEncoding
        self.acceptEncoding = acceptEncoding
        self.authorization = authorization
    }
}

/// What is answered over HTTP.
struct HTTPAnswer: Sendable {
    /// The status.
    var status = 200
    /// The body, not packed yet.
    var body: [UInt8] = []
    /// What the body is; JSON, or JSON with binary tensors behind it, when nil.
    var contentType: String?
    /// The number of bytes of JSON before binary tensors; nil without those.
    var headerLength: Int?
    /// The verbs that the path is for; told where another one was used.
    var allow: String?
    /// After how many seconds it may be tried again.
    var retryAfter: Int?
    /// Why the request was refused; nil when it was not.
    var refusal: ServingError.Kind?
    /// Which inference was asked for; nil for others.
    var subject: RequestSubject?

    /// An answer of JSON, or nothing.
    init(_ text: String = "", status: Int = 200) {
        body = Array(text.utf8)
        self.status = status
    }

    /// What says whether something is ready, in JSON and by its status.
    init(_ text: String, isReady: Bool) {
        self.init(text, status: isReady ? 200 : 503)
        if !isReady { retryAfter = 1 }
    }

    /// A refusal.
    init(_ error: ServingError) {
        body = Array("{\"error\":".utf8)
        body.append(quoted: error.message)
        body.append(UInt8(ascii: "}"))
        status = error.kind.status
        refusal = error.kind
        if error.kind == .unavailable { retryAfter = 1 }
    }
}

extension ServingError.Kind {
    /// The status of an answer over HTTP.
    var status: Int {
        switch self {
        case .invalidArgument: 400
        case .unauthenticated: 401
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .tooLarge: 413
        case .unsupportedEncoding: 415
        case .headTooLarge: 431
        case .unavailable: 503
        case .deadlineExceeded: 504
        }
    }
}

extension AnswerMetrics {
    /// Counts answers over HTTP.
    static func http(_ metrics: ServingMetrics) -> AnswerMetrics {
        AnswerMetrics(transport: "http", codes: [200] + ServingError.Kind.allCases.map(\.status), metrics)
    }
}
#endif
