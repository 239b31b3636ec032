#if Serving
package import NIOPosix
package import ServiceLifecycle

/// A further way to reach a server than HTTP, which runs and stops with it.
package protocol ServerTransport: Sendable {
    /// Prepares what listens.
    ///
    /// It runs until its graceful shutdown is triggered, and then until what has come is answered; when its task is cancelled
    /// it ends at once. Further transports are stopped before HTTP is, the last of them first, at a time when the service
    /// says already that it is not ready.
    ///
    /// - Parameter resources: what the transports of a server share.
    /// - Returns: what listens; its `run` throws `ListenFailure` when it cannot.
    func makeService(_ resources: ServerResources) throws -> any Service
}

/// What the transports of a server share.
package struct ServerResources: Sendable {
    /// Who answers.
    package let service: InferenceService
    /// The event loops, which the server ends.
    package let loops: MultiThreadedEventLoopGroup
    /// Threads that may read files, and wait for requests to end.
    package let threads: NIOThreadPool
    /// What clients have to show, but for whether the server lives and is ready; nothing when nil.
    package let token: AccessToken?
    /// What connections are encrypted with; they are not when nil. New ones ask anew for how, since the files may have been
    /// read again.
    package let tls: ServerTLS?
    /// What bodies of requests take a part of.
    package let memory: BodyMemory
    /// Whom is told of requests; nobody when nil.
    package let log: ServerLog?
}
#endif
