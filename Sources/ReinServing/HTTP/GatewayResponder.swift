#if Serving
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Hands requests from the network to the gateway: on the event loop what is done at once, and on a thread that may wait what
/// takes files.
struct GatewayResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let gateway: HTTPGateway
    let threads: NIOThreadPool
    let load: ServerLoad
    /// Counts what is answered.
    let answers: AnswerMetrics
    /// Who is told of it.
    let log: ServerLog?

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let began = log == nil ? nil : ContinuousClock.now
        let query = HTTPQuery(request.head)
        let (answer, closes) = try await answer(to: request, query, context)
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
    private func answer(
        to request: Request, _ query: HTTPQuery, _ context: ConnectionContext
    ) async throws -> (HTTPAnswer, closes: Bool) {
        let length = request.headers[.contentLength]
        // Whoever waits to be asked for the body may not send it after a refusal: what came next would be taken for it.
        let waits = request.headers[.expect]?.lowercased() == "100-continue"
        let route: Route
        switch gateway.admit(query, length: length) {
        case .admitted(let found): route = found
        case .refused(let refusal): return (refusal, closes: refusal.status == 413 || waits)
        }
        var body = CollectedBody(limit: gateway.bodyLimit, memory: load.memory)
        defer { body.release() }
        do throws(ServingError) {
            if let size = length.flatMap({ Int($0) }) { try body.expect(size) }
        } catch { return (HTTPAnswer(error), closes: true) }
        if waits { context.channel.triggerUserOutboundEvent(ConnectionGuard.BodyWanted(), promise: nil) }
        for try await piece in request.body {
            do throws(ServingError) {
                try body.append(piece)
            } catch { return (HTTPAnswer(error), closes: true) }
        }
        if case .infer(let address) = route {
            return (await gateway.infer(address, query, body: body.bytes), closes: false)
        }
        return (try await answer(route, query, body.bytes), closes: false)
    }

    private func answer(_ route: Route, _ query: HTTPQuery, _ body: ByteBuffer) async throws -> HTTPAnswer {
        let gateway = gateway
        if let soon = body.withUnsafeReadableBytes({ gateway.answer(route, query, body: $0, mayWait: false) }) {
            return soon
        }
        return try await threads.runIfActive {
            body.withUnsafeReadableBytes { gateway.answer(route, query, body: $0, mayWait: true) }
        } ?? HTTPAnswer(ServingError(.unavailable, "the server is stopping"))
    }
}

/// What a request has to do with its connection.
struct ConnectionContext: InitializableFromSource {
    /// The connection.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
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
