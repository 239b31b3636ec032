#if ServingGRPC
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
public import ReinServing
import ServiceLifecycle

extension PolicyTransport {
    /// The Open Inference Protocol over gRPC: the service `inference.GRPCInferenceService`, as Triton has it.
    ///
    ///     try await PolicyServer(service, transports: [.grpc()]).run()
    ///
    /// - Parameters:
    ///   - configuration: how it listens.
    ///   - onListening: is told the port when it listens.
    public static func grpc(
        _ configuration: GRPCConfiguration = GRPCConfiguration(),
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) -> PolicyTransport {
        grpc(configuration, onListening: onListening, onConnection: nil)
    }

    /// - Parameter onConnection: is told each connection, on its event loop, before it has all of its handlers.
    static func grpc(
        _ configuration: GRPCConfiguration, onListening: @escaping @Sendable (_ port: Int) -> Void,
        onConnection: (@Sendable (_ channel: any Channel) -> Void)?
    ) -> PolicyTransport {
        PolicyTransport { resources in
            let watch = CallWatch(resources.service, log: resources.log)
            let connections = OpenConnections(
                limit: configuration.connectionLimit, onRefusal: watch.noteRefusedConnection)
            let listener = GRPCListener(
                configuration: configuration, loops: resources.loops, tls: resources.tls,
                connections: connections, memory: resources.memory, watch: watch, onListening: onListening)
            let calls = InferenceCalls(
                service: resources.service, threads: resources.threads, token: resources.token,
                messageLimit: configuration.messageLimit, watch: watch)
            var config = HTTP2ServerTransport.Custom<GRPCListener>.Config(
                serving: configuration, memory: resources.memory, calls, watch)
            if let onConnection {
                config.channelDebuggingCallbacks.onAcceptTCPConnection = { channel in
                    channel.eventLoop.makeCompletedFuture { onConnection(channel) }
                }
            }
            let transport = HTTP2ServerTransport.Custom(listenerFactory: listener, config: config)
            let server = GRPCServer(
                transport: InferTransport(transport, calls, watch: watch), services: [calls], interceptors: [watch])
            let executor = LoopExecutor(resources.loops)
            do {
                try await withTaskCancellationHandler {
                    try await withGracefulShutdownHandler {
                        try await withTaskExecutorPreference(executor) { try await server.serve() }
                    } onGracefulShutdown: {
                        server.beginGracefulShutdown()
                    }
                } onCancel: {
                    connections.closeAll()
                }
            } catch let error as RuntimeError where error.code == .serverIsStopped {
                // It was told to stop before it had begun.
            } catch let error as RuntimeError {
                throw error.cause ?? error
            }
            // Those that got to nobody.
            connections.closeAll()
        }
    }
}

extension HTTP2ServerTransport.Custom<GRPCListener>.Config {
    /// What a policy server asks of HTTP/2.
    fileprivate init(
        serving configuration: GRPCConfiguration, memory: BodyMemory, _ calls: InferenceCalls, _ watch: CallWatch
    ) {
        self = .defaults
        // What comes packed is unpacked before. Answers are not packed: each would take 268 kB of memory to be.
        compression = .init(enabledAlgorithms: .none)
        // That is done by guards of connections.
        connection.maxIdleTime = nil
        // An answer that is ready waits for no others.
        connection.flushCoalescing = nil
        http2.targetWindowSize = 1 << 18
        http2.maxConcurrentStreams = configuration.callLimit
        rpc.maxRequestPayloadSize = configuration.messageLimit
        let (limit, timeouts) = (
            configuration.messageLimit, (message: configuration.messageTimeout, write: configuration.writeTimeout)
        )
        channelDebuggingCallbacks.onAcceptHTTP2Stream = { channel in
            do {
                let call = CallGuard(
                    limit: limit, timeout: timeouts.message, writeTimeout: timeouts.write, memory: memory,
                    connection: try IdleGuard.of(call: channel))
                try channel.pipeline.syncOperations.addHandlers(
                    [call, PromptCalls(calls, watch: watch)], position: .first)
                return channel.eventLoop.makeSucceededVoidFuture()
            } catch { return channel.eventLoop.makeFailedFuture(error) }
        }
    }
}
#endif
