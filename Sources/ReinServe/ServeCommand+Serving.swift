#if Serving
import CoreMetrics
import Logging
import ReinCheckpoints
import ReinPolicies
import ReinServing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the program does.
extension ServeCommand {
    /// The settings: the usual ones, those of the file, and those of the options, of which the later ones count.
    ///
    /// - Throws: `StateError` that names the file and the key, or says that there is nothing to serve; `OptionProblem` that
    ///   names the option.
    func resolvedSettings() throws -> ServeSettings {
        var resolved = ServeSettings()
        if let settings { try resolved.read(file: settings) }
        try resolved.read(options: given)
        guard !resolved.checkpoints.isEmpty || !resolved.named.isEmpty else {
            throw StateError(.notFound, Self.nothingToServe, path: settings ?? "")
        }
        guard (resolved.tlsCertificate == nil) == (resolved.tlsKey == nil) else {
            throw StateError(.notFound, "tls-certificate and tls-key take each other", path: settings ?? "")
        }
        return resolved
    }

    /// Serves until a signal comes.
    ///
    /// - Throws: `StateError` when something is wrong with the settings or there is nothing to serve, and `ListenFailure`.
    func serve() async throws {
        let settings = try resolvedSettings()
        let log = settings.makeLog()
        let registry = PrometheusRegistry()
        // For whatever else counts in the process, too.
        if settings.metrics != nil { MetricsSystem.bootstrap(registry) }
        let repository = try ModelRepository(settings.repository, metrics: ServingMetrics(), observe: log.note)
        let notice = StartNotice(
            ["http"] + (settings.grpcAddress == nil ? [] : ["grpc"]) + (settings.metrics == nil ? [] : ["metrics"]),
            scheme: settings.tlsKey == nil ? "http" : "https",
            to: log)
        var configuration = try settings.server
        configuration.log = log
        configuration.onTLSReload = log.noteReload
        if let warning = configuration.tls?.warning { log.noteWarning(warning) }
        for pattern in settings.preload where !repository.names.contains(where: GlobPattern(pattern).matches) {
            log.noteWarning("preload: there is no model yet that \"\(pattern)\" names")
        }
        try await PolicyServer(
            InferenceService(repository, limits: settings.limits), configuration: configuration,
            transports: settings.transports(registry) { notice.note($0, at: $1) { repository.names } }
        ) { port in
            notice.note("http", at: settings.http.text(port: port)) { repository.names }
        }.run()
    }
}

extension ServeSettings {
    /// The log of the program, on standard error.
    fileprivate func makeLog() -> ServerLog {
        let (format, level) = (logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json), logLevel)
        LoggingSystem.bootstrap { _ in
            switch format {
            case .json: JSONLogHandler(level: level)
            case .text: TextLogHandler(level: level)
            }
        }
        return ServerLog(Logger(label: "rein-serve"), accesses: logsAccesses)
    }

    /// The further ways to reach the server, which tell where.
    fileprivate func transports(
        _ registry: PrometheusRegistry,
        onListening: @escaping @Sendable (_ way: String, _ address: String) -> Void
    ) -> [PolicyTransport] {
        let scheme = tlsKey == nil ? "grpc" : "grpcs"
        let grpc = grpcTransport { onListening("grpc", "\(scheme)://\($0)") }
        let metrics = metrics.map { address in
            PolicyTransport(
                MetricsEndpoint(registry, host: address.host, port: address.port) { port in
                    onListening("metrics", address.text(port: port))
                })
        }
        return [grpc, metrics].compactMap(\.self)
    }
}

extension Error {
    /// Whether a server could not listen.
    var isListenFailure: Bool { self is ListenFailure }
}
#endif
