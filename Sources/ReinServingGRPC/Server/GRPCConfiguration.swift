#if ServingGRPC
/// How a policy server listens for gRPC. Its connections are encrypted as those of HTTP are.
public struct GRPCConfiguration: Sendable {
    /// The address to listen on: on the machine itself, unless it is another.
    public var host = "127.0.0.1"
    /// The port to listen on; one that is free when 0.
    public var port = 8001
    /// The largest number of bytes of a request, unpacked.
    public var messageLimit = 64 << 20
    /// How long a message may take after the head of its call; those of streams take as long as they like.
    public var messageTimeout = Duration.seconds(30)
    /// How long a client may take next to nothing of its answers, or not say that it has heard that the connection is to be closed.
    public var writeTimeout = Duration.seconds(30)
    /// The largest number of connections at a time; those beyond are closed.
    public var connectionLimit = 10_000
    /// The largest number of calls at a time on a connection; clients wait with others.
    public var callLimit = 1024
    /// How long nothing may be asked on a connection before it is closed.
    public var idleTimeout = Duration.seconds(120)

    /// What a client takes of its answers at least, in bytes a second.
    static let writeRate = 1000

    /// The usual settings.
    public init() {}
}
#endif
