#if ServingGRPC
import GRPCCore
import NIOCore
import NIOHPACK
import NIOHTTP2
import ReinServing

/// Stands between a call's stream of HTTP/2 and those who answer it. It
/// - unpacks messages, and refuses those that are too large or cannot be unpacked, or for which there is no memory;
/// - ends calls with a status that would end without one: whose message does not come in time, and those that are going on when
///   the server does not wait any longer.
final class CallGuard: ChannelDuplexHandler, ReadingCall {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let timeout: TimeAmount
    private let connection: IdleGuard
    private var messages: IncomingMessages
    /// Whether a call of one message has begun, and the message has not come to its end.
    private var awaitsEnd = false
    private var isReading = false
    /// Whether the client has said all that it says.
    private var hasEndedCall = false
    private var hasBegunAnswer = false
    private var hasEndedAnswer = false
    private var isRefused = false
    /// The path of the call, when its head has come.
    private var path: String?
    private var isOver = false
    /// Where it stands, when it waits for a message.
    private var context: ChannelHandlerContext?
    /// For the message.
    private var deadline: Scheduled<Void>?
    private var answerWait: AnswerWait
    /// Counts what comes of a stream before it is read: of other calls a message is read as it comes.
    private var unread: UnreadFrames.Call?

    /// - Parameters:
    ///   - limit: the largest number of bytes of a message.
    ///   - timeout: how long the message of a call that is no stream may take after the head.
    ///   - writeTimeout: how long a client may take for the answer, when all of it is there.
    ///   - memory: what messages take a part of.
    ///   - connection: is told when the call begins and ends.
    init(limit: Int, timeout: Duration, writeTimeout: Duration, memory: BodyMemory, connection: IdleGuard) {
        self.timeout = TimeAmount(timeout)
        answerWait = AnswerWait(timeout: writeTimeout)
        self.connection = connection
        messages = IncomingMessages(limit: limit, memory: memory)
    }

    func handlerAdded(context: ChannelHandlerContext) { connection.begin() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        var data = data
        switch Self.unwrapInboundIn(data) {
        case .headers(var head) where path == nil:
            let call = CallHead(head.headers)
            path = call.path ?? ""
            hasEndedCall = head.endStream
            awaitsEnd = !call.isStream && !hasEndedCall
            if call.isStream { unread = UnreadFrames.of(call: context.channel) }
            do throws(ServingError) {
                messages.encoding = try PackedBody.encoding(call.encoding)
            } catch { return refuse(context, error.kind, "messages may be packed with gzip or deflate") }
            if messages.encoding != nil {
                // They are handed on as if they had not been: for those that are, the transport takes memory that it keeps.
                head.headers.remove(name: "grpc-encoding")
                data = Self.wrapInboundOut(.headers(head))
            }
            if head.endStream {
                // Who reads messages sees no end in a head, and would wait for it.
                head.endStream = false
                handOn(Self.wrapInboundOut(.headers(head)), context)
                data = Self.wrapInboundOut(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)))
            }
        case .data(var frame):
            do throws(ServingError) {
                if case .byteBuffer(let bytes) = frame.data { frame.data = .byteBuffer(try messages.take(bytes)) }
                data = Self.wrapInboundOut(.data(frame))
            } catch { return refuse(context, error.kind, error.message) }
            if frame.endStream {
                hasEndedCall = true
                stopWaiting()
            }
        default: break
        }
        handOn(data, context)
    }

    private func handOn(_ data: NIOAny, _ context: ChannelHandlerContext) {
        isReading = true
        context.fireChannelRead(data)
        isReading = false
    }

    /// Head and message are handed on one after the other, also where they come together, as most do. Those take no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if awaitsEnd, self.context == nil {
            self.context = context
            connection.tellWhenRead(self)
        }
        unread?.isRead()
        context.fireChannelReadComplete()
    }

    func connectionHasRead() {
        guard awaitsEnd, let context else { return }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: timeout) {
            let (handler, context) = bound.value
            handler.refuse(context, .requestTimeout, "the message did not come in time")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasEndedAnswer = true
        isOver = true
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connection.end(at: context.eventLoop.now)
        end()
    }

    private func end() {
        stopWaiting()
        answerWait.end()
        messages.memory.releaseAll()
        unread?.end()
        unread = nil
        context = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .headers(let head):
            hasBegunAnswer = true
            context.write(data, promise: promise)
            guard head.endStream else { return }
            hasEndedAnswer = true
            dropRest(context)
        case .data(let frame):
            answerWait.note(frame.data.readableBytes)
            if case .byteBuffer(let bytes) = frame.data { messages.noteAnswers(bytes) }
            context.write(data, promise: promise)
        default: context.write(data, promise: promise)
        }
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        // Most calls are over by then, and take no timer.
        if hasEndedAnswer, !isOver { answerWait.begin(context) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable {
            answerWait.begin(context)
        } else if !hasEndedAnswer {
            answerWait.end()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Has the client say no more, once the answer has ended: nobody waits for it. That is no error, which clients would take
    /// for the status.
    private func dropRest(_ context: ChannelHandlerContext) {
        guard !hasEndedCall else { return }
        hasEndedCall = true
        context.write(Self.wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }

    /// Whoever reads messages closes a call that it cannot go on with, and so does a server that does not wait.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard !hasEndedAnswer, mode == .all else { return context.close(mode: mode, promise: promise) }
        if isReading {
            refuse(context, .invalidArgument, "the message is none of gRPC", promise)
        } else {
            refuse(context, .unavailable, "the server is stopping", promise)
        }
    }

    private func stopWaiting() {
        awaitsEnd = false
        deadline?.cancel()
        deadline = nil
    }

    /// Answers with a status and its words, and closes the call.
    private func refuse(
        _ context: ChannelHandlerContext, _ kind: ServingError.Kind, _ message: String,
        _ promise: EventLoopPromise<Void>? = nil
    ) {
        guard !hasEndedAnswer else { return context.close(promise: promise) }
        stopWaiting()
        isRefused = true
        hasEndedAnswer = true
        context.fireUserInboundEventTriggered(RefusedCall(path: path ?? "", kind: kind))
        var head = CallStatus.refusal(RPCError.Code(kind), message, hasBegun: hasBegunAnswer)
        if kind == .unsupportedEncoding { head.add(name: "grpc-accept-encoding", value: "identity,deflate,gzip") }
        context.write(Self.wrapOutboundOut(.headers(.init(headers: head, endStream: true))), promise: nil)
        dropRest(context)
        context.flush()
        context.close(promise: promise)
    }
}
#endif
