#if Serving
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// A policy server over HTTP, which follows the runs that it serves.
///
///     let repository = try ModelRepository(.init(sources: [ModelSource(path: "runs/league")]))
///     try await PolicyServer(InferenceService(repository)).run()
public struct PolicyServer: Sendable {
    /// How a server listens, and what it watches.
    public struct Configuration: Sendable {
        /// The address to listen on: on the machine itself, unless it is another.
        public var host = "127.0.0.1"
        /// The port to listen on; one that is free when 0.
        public var port = 8000
        /// The number of event loops, at least 1: small policies act on them.
        public var threadCount = 1
        /// The largest number of bytes of a request's body, unpacked.
        public var bodyLimit = 64 << 20
        /// How long a body may take after its head.
        public var bodyTimeout = Duration.seconds(30)
        /// How long nothing may be asked on a connection before it is closed.
        public var idleTimeout = Duration.seconds(120)
        /// The largest number of connections at a time.
        public var connectionLimit = 10_000
        /// What clients have to show, but for whether the server lives and is ready; nothing when nil.
        public var token: AccessToken?
        /// How often the directories of the models are looked at.
        public var pollInterval = Duration.seconds(1)
        /// How long requests that have come may take when the server stops.
        public var grace = Duration.seconds(10)
        /// Whom is told what the server does; nobody when nil. What becomes of models is told by the repository, to
        /// `ServerLog.note` if it is made so.
        public var log: ServerLog?
        /// Whether the process's SIGTERM and SIGINT stop the server, and SIGHUP has it look at the directories at once.
        public var handlesSignals = false

        /// The usual settings.
        public init() {}
    }

    private let service: InferenceService
    private let configuration: Configuration
    private let transports: [any ServerTransport]
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Prepares a server.
    ///
    /// - Parameters:
    ///   - service: who answers.
    ///   - configuration: how it listens.
    ///   - transports: by which other ways requests come.
    ///   - onListening: is told the port when the server listens.
    public init(
        _ service: InferenceService, configuration: Configuration = Configuration(), transports: [PolicyTransport] = [],
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.service = service
        self.configuration = configuration
        self.transports = transports.map(\.transport)
        self.onListening = onListening
    }

    /// Answers until the task is cancelled, or a signal stops the server: then what has come is answered first.
    ///
    /// - Throws: `ListenFailure` when it cannot listen.
    public func run() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threadCount))
        // One thread reads files while another waits for the last request to a model that is unloaded.
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let result: Result<Void, any Error>
        do {
            try await group(loops, threads).run()
            result = .success(())
        } catch { result = .failure(error) }
        service.stop()
        try await threads.shutdownGracefully()
        try await loops.shutdownGracefully()
        configuration.log?.noteStop()
        guard !Task.isCancelled, case .failure(let error) = result else { return }
        guard error is IOError || error is SocketAddressError || error is NIOConnectionError else { throw error }
        throw ListenFailure(address: "\(configuration.host):\(configuration.port)", reason: "\(error)")
    }

    /// What runs together; it stops from the last one on.
    private func group(_ loops: MultiThreadedEventLoopGroup, _ threads: NIOThreadPool) throws -> ServiceGroup {
        var logger = Logger(label: "rein-serve")
        // It tells of every connection that was closed meanwhile as of an error.
        logger.logLevel = .critical
        let port = configuration.port
        let (connections, bodyTimeout) = (
            ConnectionCount(limit: configuration.connectionLimit), configuration.bodyTimeout
        )
        let application = Application(
            responder: GatewayResponder(
                gateway: HTTPGateway(
                    service: service, bodyLimit: configuration.bodyLimit, token: configuration.token),
                threads: threads, answers: .http(service.repository.metrics), log: configuration.log),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionGuard(connections, bodyLimit: bodyTimeout)],
                    idleTimeout: TimeAmount(configuration.idleTimeout))),
            configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: port)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(loops), logger: logger)
        let poller = RepositoryPoller(
            service: service, interval: configuration.pollInterval, threads: threads,
            handlesSignals: configuration.handlesSignals, log: configuration.log)
        let resources = ServerResources(
            service: service, loops: loops, threads: threads, token: configuration.token,
            handlesSignals: configuration.handlesSignals)
        let further = try transports.map { try $0.makeService(resources) }
        var settings = ServiceGroupConfiguration(
            services: [poller] + further + [application, ClosingTime(service: service, log: configuration.log)],
            gracefulShutdownSignals: configuration.handlesSignals ? [.sigterm, .sigint] : [], logger: logger)
        settings.maximumGracefulShutdownDuration = configuration.grace
        return ServiceGroup(configuration: settings)
    }
}

/// Has the service say that it is not ready as soon as the server stops, before anything else is closed.
private struct ClosingTime: Service {
    let service: InferenceService
    let log: ServerLog?

    func run() async throws {
        try? await gracefulShutdown()
        service.stop()
        log?.noteStopping()
    }
}
#endif
