#if Serving
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Hands requests from the network to the gateway: on the event loop what is done at once, and on a thread that may wait what
/// takes files.
struct GatewayResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let gateway: HTTPGateway
    let threads: NIOThreadPool
    /// Counts what is answered.
    let answers: AnswerMetrics
    /// Who is told of it.
    let log: ServerLog?

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let began = log == nil ? nil : ContinuousClock.now
        let query = HTTPQuery(request.head)
        let (answer, closes) = try await answer(to: request, query)
        answers.note(answer.status)
        let response = Response(answer, to: query, closes: closes)
        if let log, let began {
            log.note(
                ServerLog.Answer(
                    method: query.method, path: query.path, status: answer.status,
                    bytes: response.body.contentLength ?? 0, took: ContinuousClock.now - began, subject: answer.subject),
                refusal: answer.refusal)
        }
        return response
    }

    /// Answers a request.
    ///
    /// - Returns: the answer, and whether the connection ends with it.
    private func answer(to request: Request, _ query: HTTPQuery) async throws -> (HTTPAnswer, closes: Bool) {
        let route: Route
        switch gateway.admit(query, length: request.headers[.contentLength]) {
        case .admitted(let found): route = found
        case .refused(let refusal): return (refusal, closes: refusal.status == 413)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: gateway.bodyLimit)
        } catch is NIOTooManyBytesError {
            return (HTTPAnswer(gateway.tooLarge), closes: true)
        }
        if case .infer(let address) = route {
            return (await gateway.infer(address, query, body: body), closes: false)
        }
        if let soon = body.withUnsafeReadableBytes({ gateway.answer(route, query, body: $0, mayWait: false) }) {
            return (soon, closes: false)
        }
        let later = try await threads.runIfActive { [gateway] in
            body.withUnsafeReadableBytes { gateway.answer(route, query, body: $0, mayWait: true) }
        }
        return (later ?? HTTPAnswer(ServingError(.unavailable, "the server is stopping")), closes: false)
    }
}

extension HTTPQuery {
    /// Takes what matters out of a head.
    init(_ head: HTTPRequest) {
        let fields = head.headerFields
        self.init(
            head.method.rawValue, head.path ?? "", headerLength: fields[.inferenceHeaderContentLength],
            contentEncoding: fields[.contentEncoding], acceptEncoding: fields[.acceptEncoding],
            authorization: fields[.authorization])
    }
}

extension HTTPField.Name {
    /// The number of bytes of JSON before binary tensors.
    fileprivate static let inferenceHeaderContentLength =
        HTTPField.Name("Inference-Header-Content-Length") ?? .contentLength
}

extension Response {
    /// Puts an answer on its way.
    ///
    /// - Parameter closes: whether the connection ends with it, since the rest of the request is not read.
    init(_ answer: HTTPAnswer, to query: HTTPQuery, closes: Bool = false) {
        var fields = HTTPFields()
        var body = answer.body
        if !body.isEmpty {
            fields[.contentType] =
                answer.contentType ?? (answer.headerLength == nil ? "application/json" : "application/octet-stream")
        }
        if let length = answer.headerLength { fields[.inferenceHeaderContentLength] = String(length) }
        if let allow = answer.allow { fields[.allow] = allow }
        if answer.status == 401 { fields[.wwwAuthenticate] = "Bearer" }
        if let seconds = answer.retryAfter { fields[.retryAfter] = String(seconds) }
        if closes { fields[.connection] = "close" }
        // Packing what is short makes it no shorter.
        if body.count >= 1 << 10, PackedBody.acceptsGzip(query.acceptEncoding), let packed = PackedBody.packed(body) {
            body = packed
            fields[.contentEncoding] = "gzip"
        }
        let status = HTTPResponse.Status(code: answer.status)
        if query.method == "HEAD" {
            fields[.contentLength] = String(body.count)
            self.init(status: status, headers: fields)
        } else {
            self.init(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
        }
    }
}
#endif
