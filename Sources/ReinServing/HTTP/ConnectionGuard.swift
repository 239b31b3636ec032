#if Serving
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Stands between a connection and those who answer its requests. It
/// - refuses what never gets to them: connections beyond a number, requests that come when the server stops, what is no HTTP,
///   and clients that are too slow, each with words, and behind the answers to the requests before;
/// - is the only one who closes the connection, and does that when the client has got what was written (`+Closing`);
/// - speaks the types of Swift's HTTP to the one side and NIO's to the other.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What of a request has come, when not all of it.
    enum Reading {
        case nothing, head, body
    }

    /// How far the end of the connection is.
    enum Ending {
        /// Requests are taken.
        case none
        /// No more are, but answers are owed.
        case answering
        /// The client has to take what was written.
        case flushing
        /// Nothing more is written, and what comes is dropped.
        case lingering
        /// It is closed.
        case over
    }

    let load: ServerLoad
    let limits: ConnectionLimits
    let isSecure: Bool

    var isServed = true
    var isOpen = false
    /// Whether the client speaks HTTP/1.0.
    var isOld = false
    /// Whether the parts of the request that is being read are handed on.
    var handsOn = false
    /// Whether an answer has begun and not ended.
    var isWriting = false
    /// The number of bytes of the body that is being read.
    var bodySize = 0
    /// The time for which the client was waited for, but for what has begun at `waitsSince`.
    var waited = TimeAmount.zero
    var waitsSince: NIODeadline?

    var reading = Reading.nothing
    var ending = Ending.none
    /// The number of requests that were handed on and are not answered.
    var owed = 0
    /// What is said at the end, when all that is owed was answered.
    var refusal: HTTPAnswer?
    var hasWritten = false
    var isInputClosed = false
    var isCancelled = false
    var times = ConnectionTimes()
    /// How much the client had not taken when that was looked at.
    var unwritten: Int?
    var closePromise: EventLoopPromise<Void>?

    /// - Parameters:
    ///   - load: what the server has taken on.
    ///   - limits: how long the client is waited for.
    ///   - isSecure: whether the connection is encrypted.
    init(_ load: ServerLoad, limits: ConnectionLimits, isSecure: Bool) {
        self.load = load
        self.limits = limits
        self.isSecure = isSecure
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isOpen = true
        isServed = load.enterConnection()
        times[.idle] = .now() + idleLimit
        arm(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        times.cancel()
        guard isOpen else { return }
        isOpen = false
        ending = .over
        load.leaveConnection()
        load.endRequests(owed)
        owed = 0
        closePromise?.succeed(())
        closePromise = nil
    }
}
#endif
