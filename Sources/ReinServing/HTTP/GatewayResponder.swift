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
    /// Is told what is answered.
    let record: AnswerRecord

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let began = record.begin()
        let query = HTTPQuery(request.head)
        let (answer, closes) = try await answer(to: request, query, context)
        let response = Response(answer, to: query, closes: closes)
        record.note(answer, to: query, bytes: response.body.contentLength ?? 0, since: began)
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
        var body = CollectedBody(
            expecting: length.flatMap { Int($0) }, limit: gateway.bodyLimit, memory: load.memory)
        defer { body.release() }
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

extension Response {
    /// Puts an answer on its way.
    ///
    /// - Parameter closes: whether the connection ends with it, since the rest of the request is not read.
    init(_ answer: HTTPAnswer, to query: HTTPQuery, closes: Bool = false) {
        let (head, body) = answer.message(to: query, closes: closes)
        if query.method == "HEAD" {
            self.init(status: head.status, headers: head.headerFields)
        } else {
            self.init(status: head.status, headers: head.headerFields, body: ResponseBody(byteBuffer: body))
        }
    }
}
#endif
