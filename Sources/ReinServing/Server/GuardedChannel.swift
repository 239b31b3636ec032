#if Serving
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOSSL
import Synchronization

/// The connections of HTTP/1: each has a guard, and is encrypted when the server has certificates.
struct GuardedChannel: HTTPChannelHandler {
    typealias Value = AcceptedConnection

    let responder: Responder
    let load: ServerLoad
    let limits: ConnectionLimits
    let tls: ServerTLS?
    /// Who answers short requests at once, and is told of it; nobody when nil.
    var prompt: (gateway: HTTPGateway, record: AnswerRecord)?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // The certificate of the time at which the connection is made.
            if let tls {
                try pipeline.addHandler(LastFlush())
                try pipeline.addHandler(NIOSSLServerHandler(context: tls.http1))
            }
            let connection = ConnectionGuard(load, limits: limits, isSecure: tls != nil)
            try pipeline.addHandler(ArrivalNote(connection))
            var heads = NIOHTTPDecoderLimitConfiguration()
            heads.maxHeaderFieldSize = ConnectionLimits.headSize
            heads.maxHeaderListSize = ConnectionLimits.headSize
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: heads)
            try pipeline.addHandler(connection)
            if let prompt { try pipeline.addHandler(PromptAnswers(prompt.gateway, record: prompt.record)) }
            return AcceptedConnection(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value.takeOn(), logger: logger)
    }
}

/// A connection on its way to whoever answers its requests. One that is accepted just when the server stops listening gets to
/// nobody, and is closed then.
final class AcceptedConnection: ServerChildChannelValue {
    private let parts: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    private let isTakenOn = Atomic<Bool>(false)

    init(_ parts: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>) {
        self.parts = parts
        // What writes to a connection must not go before it is closed.
        channel.closeFuture.whenComplete { _ in withExtendedLifetime(parts) {} }
    }

    deinit {
        if !isTakenOn.load(ordering: .relaxed) { channel.close(promise: nil) }
    }

    var channel: any Channel { parts.channel }

    /// The parts of requests and answers, for whoever goes on until the connection is closed.
    func takeOn() -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
        isTakenOn.store(true, ordering: .relaxed)
        return parts
    }
}
#endif
