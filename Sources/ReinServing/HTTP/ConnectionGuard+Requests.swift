#if Serving
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// How requests come: which are handed on, and which are refused, and why.
extension ConnectionGuard {
    /// Bytes have come, of which HTTP is read now.
    func noteArrival() {
        if let waitsSince {
            waited = waited + (NIODeadline.now() - waitsSince)
            self.waitsSince = nil
        }
        if reading == .nothing {
            reading = .head
            waited = .zero
        }
    }

    /// Time goes by for the client only while somebody reads what it sends.
    func read(context: ChannelHandlerContext) {
        if reading != .nothing, waitsSince == nil, ending == .none || handsOn {
            let now = NIODeadline.now()
            waitsSince = now
            times[.request] = now + limits.request - waited
            arm(context)
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            reading = .body
            waited = .zero
            bodySize = 0
            if ending == .none { take(head, context) }
        case .body(let buffer):
            guard handsOn else { return }
            bodySize += buffer.readableBytes
            guard bodySize <= limits.bodySize else {
                return refuse(
                    context,
                    ServingError(.tooLarge, "the body has more than the \(limits.bodySize) bytes that are read"))
            }
            context.fireChannelRead(Self.wrapInboundOut(.body(buffer)))
        case .end(let trailers):
            reading = .nothing
            if handsOn {
                handsOn = false
                let fields = trailers.map { HTTPFields($0, splitCookie: false) }
                context.fireChannelRead(Self.wrapInboundOut(.end(fields)))
            }
            if ending == .lingering { shut(context) }
        }
    }

    /// Hands a request on, or refuses it.
    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard isServed else {
            return refuse(
                context,
                ServingError(.unavailable, "there are \(load.connectionLimit) connections, which is the limit"))
        }
        // Whether the server lives and is ready is said until the end.
        if load.isStopping, !head.uri.hasPrefix("/v2/health/") {
            return refuse(context, ServingError(.unavailable, "the server is stopping"))
        }
        // Of other codings the body would be taken for what is in it.
        guard head.headers["Transfer-Encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else {
            return refuse(
                context, ServingError(.unsupportedEncoding, "Transfer-Encoding: bodies come chunked, or as they are"))
        }
        let request: HTTPRequest
        do {
            request = try HTTPRequest(head, secure: isSecure, splitCookie: false)
        } catch {
            return refuse(context, ServingError(.invalidArgument, "the head of the request is none of HTTP: \(error)"))
        }
        owed += 1
        load.beginRequest()
        handsOn = true
        isOld = head.version == .http1_0
        // Behind a request to speak something else, HTTP is not read any more.
        if !head.isKeepAlive || head.method == .CONNECT || head.headers.contains(name: "Upgrade") {
            ending = .answering
        }
        context.fireChannelRead(Self.wrapInboundOut(.head(request)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, !isCancelled else { return context.fireErrorCaught(error) }
        let refusal =
            switch error {
            case .headerOverflow:
                ServingError(
                    .headTooLarge,
                    "the head of the request is larger than the \(ConnectionLimits.headSize) bytes that are read")
            case .invalidEOFState: ServingError(.invalidArgument, "the request ends before it is whole")
            // What begins HTTP/2, and what its head says in two ways.
            case .paused, .unknown: ServingError(.invalidArgument, "the request is none of HTTP/1.1")
            default: ServingError(.invalidArgument, "the request is none of HTTP/1.1: \(error)")
            }
        refuse(context, refusal)
    }

    /// Takes no more requests, and answers with a refusal what is being read, in its turn.
    func refuse(_ context: ChannelHandlerContext, _ error: ServingError) {
        // What comes behind the last request of a client is not looked at.
        guard isOpen, refusal == nil, ending == .none || ending == .answering && handsOn else { return }
        ending = .answering
        if handsOn {
            handsOn = false
            // Who answers it may have done so before all of it had come, or be about to.
            if owed > (isWriting ? 1 : 0) {
                owed -= 1
                load.endRequests(1)
                refusal = HTTPAnswer(error)
            }
            // So that half a body is not taken for a whole one.
            context.fireErrorCaught(RequestNotWhole())
        } else {
            refusal = HTTPAnswer(error)
        }
        if owed == 0 { finish(context) }
    }

    /// While nobody else reads what is dropped, it is done here.
    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if ending == .lingering { context.read() }
    }

    /// The time of the client is over; the timer may have been set for an earlier wait.
    func requestIsDue(_ context: ChannelHandlerContext) {
        guard let waitsSince, reading != .nothing else { return }
        let left = limits.request - waited - (NIODeadline.now() - waitsSince)
        guard left <= .zero else {
            times[.request] = NIODeadline.now() + left
            return
        }
        refuse(
            context,
            ServingError(
                .requestTimeout, "the \(reading == .head ? "head of the request" : "body") did not come in time"))
    }

    /// Why a request that has been handed on is not answered.
    private struct RequestNotWhole: Error {}
}

/// Tells the guard of a connection when bytes come, before HTTP is read of them.
final class ArrivalNote: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: ConnectionGuard

    init(_ connection: ConnectionGuard) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.noteArrival()
        context.fireChannelRead(data)
    }
}
#endif
