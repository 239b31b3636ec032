#if ServingGRPC
import GRPCCore
import NIOCore
import NIOHPACK
import NIOHTTP2
import ReinServing

/// Answers short calls of `ModelInfer` without a task, which takes longer than all the rest: small policies act on the event loop
/// as soon as the message is whole, and for others the call waits where they act. Calls that it cannot answer are handed on as
/// they come.
///
/// It stands behind the guard of a call (``CallGuard``), which has unpacked the message.
final class PromptCalls: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// Whose a call is.
    private enum Owner {
        /// Nothing has come.
        case nobody
        /// It is kept until its message is whole.
        case this(KeptCall)
        /// It was handed on.
        case others
        /// It was answered, or waits for its answer.
        case answered
    }

    /// The largest message that is kept, in bytes: longer ones take a while to be read.
    static let messageLimit = 1 << 15
    private static let path = "/\(InferenceCalls.serviceName)/ModelInfer"
    private static let method = InferenceCalls.method("ModelInfer", .unary)
    private static let trailers: HPACKHeaders = ["grpc-status": "0"]

    private let calls: InferenceCalls
    private let watch: CallWatch
    private var owner = Owner.nobody
    private var hasWritten = false
    private var context: ChannelHandlerContext?

    /// - Parameters:
    ///   - calls: who answers.
    ///   - watch: who counts what is answered.
    init(_ calls: InferenceCalls, watch: CallWatch) {
        self.calls = calls
        self.watch = watch
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (owner, Self.unwrapInboundIn(data)) {
        case (.nobody, .headers(let frame)) where !frame.endStream:
            let head = CallHead(frame.headers)
            guard keeps(head) else { return handOn(data, context) }
            owner = .this(KeptCall(frame: frame, head: head))
        case (.this(var call), .data(let frame)):
            guard case .byteBuffer(var bytes) = frame.data else { return handOn(data, context) }
            // Most messages come in one piece, which is not copied.
            if call.message.readableBytes == 0 { call.message = bytes } else { call.message.writeBuffer(&bytes) }
            let isLong = call.message.readableBytes > Self.messageLimit
            if frame.endStream, !isLong, answer(call, context) { return }
            owner = .this(call)
            if frame.endStream || isLong {
                handOn(nil, context, endStream: frame.endStream)
            }
        // Says nothing about the call; clients of gRPC send it between head and message.
        case (.this, .windowUpdate), (.this, .priority): context.fireChannelRead(data)
        case (.answered, _): break
        case (.others, _): context.fireChannelRead(data)
        default: handOn(data, context)
        }
    }

    /// Counts a call that is refused before anybody has seen it.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let refused = event as? RefusedCall else { return context.fireUserInboundEventTriggered(event) }
        switch owner {
        case .nobody: watch.end(refused, .now)
        case .this(let call): watch.end(refused, call.began)
        case .others, .answered: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten { context.flush() }
        hasWritten = false
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch owner {
        // Others have seen nothing of it, and end when they are removed. They would make an error of this, which takes longer
        // than most policies do.
        case .answered: return
        case .this: owner = .others
        case .nobody, .others: break
        }
        context.fireChannelInactive()
    }

    private func keeps(_ head: CallHead) -> Bool {
        guard head.path == Self.path, head.method == "POST", head.contentType == "application/grpc",
            head.encoding ?? "identity" == "identity"
        else { return false }
        do throws(ServingError) {
            try calls.token?.check(head.authorization)
            return true
        } catch { return false }
    }

    /// Hands on what is kept, and then what has come.
    private func handOn(_ data: NIOAny?, _ context: ChannelHandlerContext, endStream: Bool = false) {
        if case .this(let call) = owner {
            owner = .others
            context.fireChannelRead(Self.wrapInboundOut(.headers(call.frame)))
            if call.message.readableBytes > 0 || endStream {
                let frame = HTTP2Frame.FramePayload.Data(data: .byteBuffer(call.message), endStream: endStream)
                context.fireChannelRead(Self.wrapInboundOut(.data(frame)))
            }
        }
        owner = .others
        if let data { context.fireChannelRead(data) }
    }

    /// Answers a call whose message is whole, or has it wait for its answer; false when others have to.
    private func answer(_ call: KeptCall, _ context: ChannelHandlerContext) -> Bool {
        guard var request = call.request else { return false }
        let (note, loop) = (watch.makeNote(), context.eventLoop)
        note?.note(RequestSubject(model: request.model, version: request.version, id: request.id))
        let result: Result<InferenceResponse, ServingError>
        do throws(ServingError) {
            if let text = call.head.timeout {
                try CallDeadline(text, now: call.began)?.apply(to: &request)
            }
            let bound = NIOLoopBound(self, eventLoop: loop)
            let began = call.began
            let answer = try calls.service.answerPromptly(request) { result in
                loop.execute { bound.value.finish(result, began, note) }
            }
            switch answer {
            case .now(let response): result = .success(response)
            case .later:
                owner = .answered
                return true
            case .byOthers: return false
            }
        } catch { result = .failure(error) }
        write(result, call.began, note, context)
        return true
    }

    /// Answers a call that has waited.
    private func finish(
        _ result: Result<InferenceResponse, ServingError>, _ began: ContinuousClock.Instant, _ note: CallNote?
    ) {
        guard let context else { return }
        write(result, began, note, context)
        channelReadComplete(context: context)
    }

    private func write(
        _ result: Result<InferenceResponse, ServingError>, _ began: ContinuousClock.Instant, _ note: CallNote?,
        _ context: ChannelHandlerContext
    ) {
        switch result {
        case .success(let response):
            note?.note(RequestSubject(model: response.model, version: response.version, id: response.id))
            write(response, context)
            watch.end(Self.method, began, note, nil)
        case .failure(let error):
            note?.note(error.kind)
            write(error, context)
            watch.end(Self.method, began, note, RPCError(error))
        }
    }

    private func write(_ response: InferenceResponse, _ context: ChannelHandlerContext) {
        context.write(Self.wrapOutboundOut(.headers(.init(headers: CallStatus.head))), promise: nil)
        var writer = ProtobufWriter(capacity: response.messageCapacity)
        response.write(to: &writer)
        var message = context.channel.allocator.buffer(capacity: MessagePrefix.size + writer.bytes.count)
        message.writeMultipleIntegers(UInt8(0), UInt32(writer.bytes.count))
        message.writeBytes(writer.bytes)
        context.write(Self.wrapOutboundOut(.data(.init(data: .byteBuffer(message)))), promise: nil)
        end(Self.trailers, context)
    }

    private func write(_ refusal: ServingError, _ context: ChannelHandlerContext) {
        end(CallStatus.refusal(RPCError.Code(refusal.kind), refusal.message, hasBegun: false), context)
    }

    private func end(_ trailers: HPACKHeaders, _ context: ChannelHandlerContext) {
        owner = .answered
        hasWritten = true
        context.write(Self.wrapOutboundOut(.headers(.init(headers: trailers, endStream: true))), promise: nil)
    }
}
#endif
