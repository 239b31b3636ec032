#if Serving
package import NIOPosix
import ServiceLifecycle

/// Another way by which requests come to a policy server, beside HTTP. It begins and ends with the server, and answers from
/// the same service.
///
///     try await PolicyServer(service, transports: [.grpc(GRPCConfiguration())]).run()
public struct PolicyTransport: Sendable {
    /// What a transport shares with the server that it belongs to.
    package struct Surroundings: Sendable {
        /// Who answers.
        package let service: InferenceService
        /// Where connections are served.
        package let loops: MultiThreadedEventLoopGroup
        /// Where files are read, and requests waited for.
        package let threads: NIOThreadPool
        /// What clients have to show; nothing when nil.
        package let token: AccessToken?
        /// Whether the process's SIGHUP is for the server: files of certificates are read anew then.
        package let handlesSignals: Bool
    }

    /// Serves until the server is stopped gracefully (`ServiceLifecycle`), or the task is cancelled.
    package let run: @Sendable (Surroundings) async throws -> Void

    /// Makes a transport; what it throws when it cannot listen is `ListenFailure`.
    package init(run: @escaping @Sendable (Surroundings) async throws -> Void) { self.run = run }
}

/// A transport among what runs together.
struct TransportService: Service {
    let transport: PolicyTransport
    let surroundings: PolicyTransport.Surroundings

    func run() async throws { try await transport.run(surroundings) }
}
#endif
