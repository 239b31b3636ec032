#if Serving
import ServiceLifecycle

/// Another way by which a policy server is reached, beside HTTP. It begins and ends with the server, and answers from the
/// same service.
///
///     try await PolicyServer(service, transports: [.grpc(GRPCConfiguration())]).run()
public struct PolicyTransport: Sendable {
    /// What listens.
    package let transport: any ServerTransport

    /// Takes what listens.
    package init(_ transport: any ServerTransport) { self.transport = transport }

    /// Makes a transport of what serves until the server is stopped gracefully (`ServiceLifecycle`), or the task is
    /// cancelled; what it throws when it cannot listen is `ListenFailure`.
    package init(run: @escaping @Sendable (ServerResources) async throws -> Void) {
        transport = RunningTransport(run: run)
    }
}

/// A transport that is a function.
private struct RunningTransport: ServerTransport {
    let run: @Sendable (ServerResources) async throws -> Void

    func makeService(_ resources: ServerResources) -> any Service { Running(run: run, resources: resources) }

    struct Running: Service {
        let run: @Sendable (ServerResources) async throws -> Void
        let resources: ServerResources

        func run() async throws { try await run(resources) }
    }
}
#endif
