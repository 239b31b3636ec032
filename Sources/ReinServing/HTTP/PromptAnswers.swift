#if Serving
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers short requests of small policies on the event loop, as soon as they are whole: to hand them to a task and take
/// the answer back costs more than all the rest. All others are handed on, as they come; and as long as one of those is not
/// answered, so are those behind it, for answers keep the order of their requests.
final class PromptAnswers: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A request that is kept until it is whole.
    private struct Request {
        let head: HTTPRequest
        let query: HTTPQuery
        let address: ModelAddress
        let began: ContinuousClock.Instant?
        var body: CollectedBody
    }

    /// The largest body that is kept, in bytes: longer ones take a while to be read.
    static let bodyLimit = 1 << 15
    /// The same for those whose answers may have to be packed.
    static let packedBodyLimit = 1 << 11

    private let gateway: HTTPGateway
    private let record: AnswerRecord
    private var kept: Request?
    /// The number of requests that were handed on and are not answered.
    private var handedOn = 0
    private var hasWritten = false

    /// - Parameters:
    ///   - gateway: who answers.
    ///   - record: is told what is answered.
    init(_ gateway: HTTPGateway, record: AnswerRecord) {
        self.gateway = gateway
        self.record = record
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            kept = take(head, context)
            guard kept == nil else { return }
            handedOn += 1
        case .body(let piece):
            guard kept != nil else { break }
            do throws(ServingError) {
                try kept?.body.append(piece)
                return
            } catch { handOn(context) }
        case .end:
            if let kept, let answer = gateway.answerPromptly(kept.address, kept.query, body: kept.body.bytes) {
                drop()
                return write(answer, to: kept, context)
            }
            handOn(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Answers to requests that have come together go together.
        if hasWritten { context.flush() }
        hasWritten = false
        context.fireChannelReadComplete()
    }

    /// Begins to keep a request; nil for one that others answer.
    private func take(_ head: HTTPRequest, _ context: ChannelHandlerContext) -> Request? {
        // A client that takes no answers is asked for nothing more: others wait for that.
        guard handedOn == 0, head.method == .post, context.channel.isWritable, head.headerFields[.expect] == nil,
            let length = head.headerFields[.contentLength], let size = Int(length), (0...Self.bodyLimit).contains(size)
        else { return nil }
        let query = HTTPQuery(head)
        guard query.contentEncoding == nil, query.acceptEncoding == nil || size <= Self.packedBodyLimit,
            case .admitted(.infer(let address)) = gateway.admit(query, length: length),
            gateway.service.actsPromptly(address)
        else { return nil }
        var body = CollectedBody(limit: gateway.bodyLimit, memory: gateway.memory)
        do throws(ServingError) { try body.expect(size) } catch { return nil }
        return Request(head: head, query: query, address: address, began: record.begin(), body: body)
    }

    private func write(_ answer: HTTPAnswer, to request: Request, _ context: ChannelHandlerContext) {
        let (head, body) = answer.message(to: request.query)
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

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = Self.unwrapOutboundIn(data) { handedOn -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is kept will not be whole.
        drop()
        context.fireErrorCaught(error)
    }

    func handlerRemoved(context: ChannelHandlerContext) { drop() }
}
#endif
