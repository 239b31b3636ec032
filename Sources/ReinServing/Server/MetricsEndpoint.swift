#if Serving
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle

/// Answers `GET /metrics` on a port of its own, in Prometheus's text format, to whoever shows the server's token.
package struct MetricsEndpoint: ServerTransport {
    /// How many connections are served at a time: those who look are few.
    private static let connectionLimit = 64

    private let registry: PrometheusRegistry
    private let host: String
    private let port: Int
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Prepares the endpoint.
    ///
    /// - Parameters:
    ///   - registry: what is told.
    ///   - host: the address to listen on.
    ///   - port: the port to listen on; one that is free when 0.
    ///   - onListening: is told the port when it listens.
    package init(
        _ registry: PrometheusRegistry, host: String, port: Int,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.registry = registry
        self.host = host
        self.port = port
        self.onListening = onListening
    }

    /// Prepares what listens; its `run` throws `ListenFailure` when it cannot.
    package func makeService(_ resources: ServerResources) -> any Service {
        var logger = Logger(label: "rein-serve")
        logger.logLevel = .critical
        let (port, tls) = (port, resources.tls)
        let load = ServerLoad(connectionLimit: Self.connectionLimit, memory: BodyMemory(limit: 0))
        let limits = ConnectionLimits(
            request: .seconds(10), idle: .seconds(120), write: .seconds(30), bodySize: 1 << 16)
        let application = Application(
            responder: MetricsResponder(
                gateway: MetricsGateway(registry: registry, service: resources.service, token: resources.token)),
            server: HTTPServerBuilder { GuardedChannel(responder: $0, load: load, limits: limits, tls: tls) },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(resources.loops), logger: logger)
        return ListeningService(application, host: host, port: port)
    }
}

/// Runs what listens, and says where when it cannot.
private struct ListeningService<Listener: Service>: Service {
    let listener: Listener
    let address: String

    init(_ listener: Listener, host: String, port: Int) {
        self.listener = listener
        address = "\(host):\(port)"
    }

    func run() async throws {
        do {
            try await listener.run()
        } catch let error where error is IOError || error is SocketAddressError || error is NIOConnectionError {
            throw ListenFailure(address: address, reason: "\(error)")
        }
    }
}

/// Hands requests to the gateway. What there is to tell may be long: it is put together on a thread that answers nobody.
private struct MetricsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let gateway: MetricsGateway

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let query = HTTPQuery(request.head)
        // A body says nothing, and is not read: the connection ends when there is one.
        let hasBody = request.headers[.contentLength].map { $0 != "0" } ?? (request.headers[.transferEncoding] != nil)
        if let refusal = gateway.refusal(query) { return Response(refusal, to: query, closes: hasBody) }
        return await Task.detached { Response(gateway.answer(), to: query, closes: hasBody) }.value
    }
}
#endif
