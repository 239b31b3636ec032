#if Serving
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A policy server over HTTP, which follows the runs that it serves.
///
///     let repository = try ModelRepository(.init(sources: [ModelSource(path: "runs/league")]))
///     try await PolicyServer(InferenceService(repository), port: 8000).run()
public struct PolicyServer: Sendable {
    private let service: InferenceService
    private let host: String
    private let port: Int
    private let threadCount: Int
    private let pollInterval: Duration
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Prepares a server.
    ///
    /// - Parameters:
    ///   - service: who answers.
    ///   - host: the address to listen on; on the machine itself unless given.
    ///   - port: the port to listen on; one that is free when 0.
    ///   - threadCount: the number of event loops.
    ///   - pollInterval: how often the directories of the models are looked at.
    ///   - onListening: is told the port when the server listens.
    public init(
        _ service: InferenceService, host: String = "127.0.0.1", port: Int, threadCount: Int = 1,
        pollInterval: Duration = .seconds(1),
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.service = service
        self.host = host
        self.port = port
        self.threadCount = max(1, threadCount)
        self.pollInterval = pollInterval
        self.onListening = onListening
    }

    /// Answers until the task is cancelled, or the process gets SIGTERM or SIGINT: then what has come is answered first.
    ///
    /// - Throws: what the system says when it cannot listen.
    public func run() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: threadCount)
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        var logger = Logger(label: "rein-serve")
        logger.logLevel = .warning
        let application = Application(
            responder: GatewayResponder(gateway: HTTPGateway(service: service), threads: threads),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            services: [RepositoryPoller(repository: service.repository, interval: pollInterval, threads: threads)],
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(loops), logger: logger)
        let result: Result<Void, any Error>
        do {
            try await application.runService()
            result = .success(())
        } catch { result = .failure(error) }
        service.stop()
        try await threads.shutdownGracefully()
        try await loops.shutdownGracefully()
        try result.get()
    }
}
#endif
