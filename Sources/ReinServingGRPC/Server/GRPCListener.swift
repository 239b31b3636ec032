#if ServingGRPC
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NIOSSL
import ReinServing

/// Listens for connections, on the event loops of the server.
struct GRPCListener: HTTP2ServerTransport.ListenerFactory {
    let configuration: GRPCConfiguration
    let loops: MultiThreadedEventLoopGroup
    /// What connections are encrypted with; they are not when nil.
    let tls: ServerTLS?
    let connections: OpenConnections
    /// What waits to be read takes a part of it.
    let memory: BodyMemory
    /// Who counts the connections that are given up.
    let watch: CallWatch
    let onListening: @Sendable (_ port: Int) -> Void

    var eventLoopGroup: any EventLoopGroup { loops }

    func makeListeningChannel(
        listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
        connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
    ) async throws -> NIOAsyncChannel<HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never> {
        let (connections, tls, memory, watch) = (connections, tls, memory, watch)
        let (host, port) = (configuration.host, configuration.port)
        let (idleTimeout, writeTimeout) = (configuration.idleTimeout, configuration.writeTimeout)
        do {
            let listening = try await ServerBootstrap(group: loops)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        // The certificate of the time at which the connection is made.
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls.http2))
                        }
                    }.flatMap {
                        connectionConfigurator.configure(
                            channel: channel, tls: tls == nil ? .none : .configured(requireALPN: false))
                    }.flatMapThrowing { connection in
                        try IdleGuard.add(to: channel, timeout: idleTimeout)
                        try LastRead.addHandler(to: channel)
                        try UnreadFrames.addHandler(
                            to: channel, memory: memory, onRefusal: watch.noteRefusedConnection)
                        try RacedCalls.addHandlers(to: channel)
                        try SilentClients.addHandlers(to: channel, timeout: writeTimeout)
                        try connections.enter(channel)
                        // One that is accepted while the server stops listening may be handed to nobody; what writes to it
                        // must not go before it does.
                        channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
                        return connection
                    }
                }
            onListening(listening.channel.localAddress?.port ?? port)
            return listening
        } catch { throw ListenFailure(address: "\(host):\(port)", reason: "\(error)") }
    }
}

#endif
