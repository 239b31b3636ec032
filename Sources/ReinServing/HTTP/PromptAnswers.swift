#if Serving
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers short requests of policies without a task: to hand a request to one and take the answer back costs more than all
/// that a small policy needs. Small ones act on the event loop, as soon as the request is whole; for others the request waits
/// where they act, and what comes behind it waits here. All that it cannot answer is handed on, as it comes; and as long as one
/// of those requests is not answered, so are those behind it, for answers keep the order of their requests.
final class PromptAnswers: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A request that is kept until it is whole, and answered.
    private struct Request {
        let head: HTTPRequest
        let query: HTTPQuery
        let address: ModelAddress
        let began: ContinuousClock.Instant?
        var body: CollectedBody
    }

    /// What comes behind a request that is not answered.
    private enum Arrival {
        case part(HTTPRequestPart)
        case event(Any)
        case error(any Error)
    }

    /// The largest body that is kept, in bytes: longer ones take a while to be read.
    static let bodyLimit = 1 << 15
    /// The same for those whose answers may have to be packed.
    static let packedBodyLimit = 1 << 11

    private let gateway: HTTPGateway
    private let record: AnswerRecord
    private var kept: Request?
    /// Whether the request that is kept waits for its answer.
    private var isWaiting = false
    private var behind = CircularBuffer<Arrival>(initialCapacity: 2)
    /// Whether reading was put off until what is behind has been looked at.
    private var owesRead = false
    /// The number of requests that were handed on and are not answered.
    private var handedOn = 0
    private var hasWritten = false
    private var context: ChannelHandlerContext?

    /// - Parameters:
    ///   - gateway: who answers.
    ///   - record: is told what is answered.
    init(_ gateway: HTTPGateway, record: AnswerRecord) {
        self.gateway = gateway
        self.record = record
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        behind.removeAll()
        drop()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        if isWaiting { behind.append(.part(part)) } else { take(part, context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Answers to requests that have come together go together.
        if hasWritten { context.flush() }
        hasWritten = false
        context.fireChannelReadComplete()
    }

    /// Nothing more is read while something waits that has come already.
    func read(context: ChannelHandlerContext) {
        if isWaiting, !behind.isEmpty { owesRead = true } else { context.read() }
    }

    /// Others end the connection after what they have answered, when the client says no more: what waits is to be answered
    /// before.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isWaiting { behind.append(.event(event)) } else { context.fireUserInboundEventTriggered(event) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isWaiting { behind.append(.error(error)) } else { take(error, context) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = Self.unwrapOutboundIn(data) { handedOn -= 1 }
        context.write(data, promise: promise)
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            kept = request(head, context)
            guard kept == nil else { return }
            handedOn += 1
        case .body(let piece):
            guard kept != nil else { break }
            do throws(ServingError) {
                try kept?.body.append(piece)
                return
            } catch { handOn(context) }
        case .end:
            guard let kept else { break }
            switch answer(kept, context) {
            case .now(let answer):
                drop()
                let (head, body) = answer.message(to: kept.query)
                return write(answer, head, body, to: kept, context)
            case .later:
                isWaiting = true
                return
            case .byOthers: handOn(context)
            }
        }
        context.fireChannelRead(Self.wrapInboundOut(part))
    }

    private func take(_ error: any Error, _ context: ChannelHandlerContext) {
        // What is kept will not be whole.
        drop()
        context.fireErrorCaught(error)
    }

    /// Begins to keep a request; nil for one that others answer.
    private func request(_ head: HTTPRequest, _ context: ChannelHandlerContext) -> Request? {
        // A client that takes no answers is asked for nothing more: others wait for that.
        guard handedOn == 0, head.method == .post, context.channel.isWritable, head.headerFields[.expect] == nil,
            let length = head.headerFields[.contentLength], let size = Int(length), (0...Self.bodyLimit).contains(size)
        else { return nil }
        let query = HTTPQuery(head)
        guard query.contentEncoding == nil, query.acceptEncoding == nil || size <= Self.packedBodyLimit,
            case .admitted(.infer(let address)) = gateway.admit(query, length: length)
        else { return nil }
        let body = CollectedBody(expecting: size, limit: gateway.bodyLimit, memory: gateway.memory)
        return Request(head: head, query: query, address: address, began: record.begin(), body: body)
    }

    private func answer(_ request: Request, _ context: ChannelHandlerContext) -> HTTPGateway.PromptAnswer {
        let (loop, query) = (context.eventLoop, request.query)
        let bound = NIOLoopBound(self, eventLoop: loop)
        return gateway.answerPromptly(request.address, query, body: request.body.bytes) { answer in
            let (head, body) = answer.message(to: query)
            loop.execute { bound.value.finish(answer, head, body) }
        }
    }

    /// Answers the request that waits, and goes on with what is behind it.
    private func finish(_ answer: HTTPAnswer, _ head: HTTPResponse, _ body: ByteBuffer) {
        isWaiting = false
        guard let context, let kept else { return }
        drop()
        write(answer, head, body, to: kept, context)
        while !isWaiting, let arrival = behind.popFirst() {
            switch arrival {
            case .part(let part): take(part, context)
            case .event(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): take(error, context)
            }
        }
        channelReadComplete(context: context)
        guard owesRead, !isWaiting || behind.isEmpty else { return }
        owesRead = false
        context.read()
    }

    private func write(
        _ answer: HTTPAnswer, _ head: HTTPResponse, _ body: ByteBuffer, to request: Request,
        _ context: ChannelHandlerContext
    ) {
        record.note(answer, to: request.query, bytes: body.readableBytes, since: request.began)
        hasWritten = true
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if body.readableBytes > 0 { context.write(Self.wrapOutboundOut(.body(body)), promise: nil) }
        context.write(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Lets others answer the request that is kept, if there is one.
    private func handOn(_ context: ChannelHandlerContext) {
        guard let kept else { return }
        drop()
        handedOn += 1
        context.fireChannelRead(Self.wrapInboundOut(.head(kept.head)))
        if kept.body.bytes.readableBytes > 0 { context.fireChannelRead(Self.wrapInboundOut(.body(kept.body.bytes))) }
    }

    private func drop() {
        kept?.body.release()
        kept = nil
    }
}
#endif
