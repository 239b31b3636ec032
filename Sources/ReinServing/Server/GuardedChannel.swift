#if Serving
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOSSL

/// The connections of HTTP/1: each has a guard, and is encrypted when the server has certificates.
struct GuardedChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: Responder
    let load: ServerLoad
    let limits: ConnectionLimits
    let tls: ServerTLS?

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
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
#endif
