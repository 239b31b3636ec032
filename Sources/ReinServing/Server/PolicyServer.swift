#if Serving
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
public import ReinCheckpoints
import ServiceLifecycle

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
        /// The largest number of bytes of the bodies of all requests together, as they come and unpacked, over HTTP and
        /// gRPC; at least `bodyLimit`, or the largest never fit.
        public var bodyMemory = 1 << 30
        /// How long a client may be waited for until the head of a request is whole, and then again until its body is; the
        /// time does not count in which nothing is read since earlier requests are being answered.
        public var bodyTimeout = Duration.seconds(30)
        /// How long nothing may be asked on a connection before it is closed.
        public var idleTimeout = Duration.seconds(120)
        /// How long a client may take nothing, or next to nothing, of an answer.
        public var writeTimeout = Duration.seconds(30)
        /// The largest number of connections at a time.
        public var connectionLimit = 10_000
        /// What clients have to show, but for whether the server lives and is ready; nothing when nil.
        public var token: AccessToken?
        /// What connections are encrypted with; they are not when nil.
        public var tls: ServerTLS?
        /// Is told when the files of TLS were read anew because of SIGHUP, with what is wrong with them.
        public var onTLSReload: @Sendable (_ failure: StateError?) -> Void = { _ in }
        /// How often the directories of the models are looked at.
        public var pollInterval = Duration.seconds(1)
        /// How long requests that have come may take when the server stops.
        public var grace = Duration.seconds(10)
        /// Whom is told what the server does; nobody when nil. What becomes of models is told by the repository, to
        /// `ServerLog.note` if it is made so.
        public var log: ServerLog?
        /// Whether the process's SIGTERM and SIGINT stop the server, and SIGHUP has it look at the directories and the files
        /// of TLS at once. A second signal to stop ends the process, and so does a thread that computes beyond the grace.
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

    /// Answers until the task is cancelled, or a signal stops the server: then requests whose heads have come are answered
    /// first, and newer ones are refused.
    ///
    /// What a thread computes is waited for, but for a server that handles signals.
    ///
    /// - Throws: `ListenFailure` when it cannot listen.
    public func run() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threadCount))
        // One thread reads files while another waits for the last request to a model that is unloaded.
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let result: Result<Void, any Error>
        do {
            let group = try group(loops, threads)
            var signals: StopSignals?
            if configuration.handlesSignals {
                signals = StopSignals(limit: configuration.grace + .seconds(1)) {
                    Task { await group.triggerGracefulShutdown() }
                }
            }
            defer { withExtendedLifetime(signals) {} }
            try await group.run()
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
        let log = configuration.log
        let record = AnswerRecord(answers: .http(service.repository.metrics), log: log)
        let memory = BodyMemory(limit: configuration.bodyMemory)
        let load = ServerLoad(
            connectionLimit: configuration.connectionLimit, memory: memory, onRefusal: { record.note($0) })
        let (limits, tls) = (ConnectionLimits(configuration), configuration.tls)
        let gateway = HTTPGateway(
            service: service, bodyLimit: configuration.bodyLimit, memory: memory, token: configuration.token)
        let application = Application(
            responder: GatewayResponder(gateway: gateway, threads: threads, load: load, record: record),
            server: HTTPServerBuilder {
                GuardedChannel(responder: $0, load: load, limits: limits, tls: tls, prompt: (gateway, record))
            },
            configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: port)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(loops), logger: logger)
        let poller = RepositoryPoller(
            service: service, interval: configuration.pollInterval, threads: threads,
            load: load, handlesSignals: configuration.handlesSignals, onSignal: configuration.reloadTLS,
            log: log)
        let resources = ServerResources(
            service: service, loops: loops, threads: threads, token: configuration.token, tls: configuration.tls,
            memory: memory, log: log)
        let further = try transports.map { try $0.makeService(resources) }
        var settings = ServiceGroupConfiguration(
            services: [poller, application, Drain(load: load)] + further
                + [Notice(service: service, load: load, log: log)],
            logger: logger)
        settings.maximumGracefulShutdownDuration = configuration.grace
        return ServiceGroup(configuration: settings)
    }
}

extension PolicyServer.Configuration {
    /// Reads the files of TLS again.
    fileprivate func reloadTLS() {
        guard let tls else { return }
        do throws(StateError) {
            try tls.reload()
            onTLSReload(nil)
        } catch { onTLSReload(error) }
    }
}

extension ConnectionLimits {
    /// The limits of a server.
    fileprivate init(_ configuration: PolicyServer.Configuration) {
        self.init(
            request: TimeAmount(configuration.bodyTimeout), idle: TimeAmount(configuration.idleTimeout),
            write: TimeAmount(configuration.writeTimeout), bodySize: configuration.bodyLimit)
    }
}

/// Says as soon as the server stops, before anything is closed, that it is not ready, and takes no more requests over HTTP.
private struct Notice: Service {
    let service: InferenceService
    let load: ServerLoad
    let log: ServerLog?

    func run() async throws {
        try? await gracefulShutdown()
        service.announceStop()
        load.stop()
        log?.noteStopping()
    }
}

/// Has HTTP listen, so that it can be asked how the server is, until all requests that were taken have been answered.
private struct Drain: Service {
    let load: ServerLoad

    func run() async throws {
        try? await gracefulShutdown()
        await load.drain()
    }
}
#endif
