#if Serving
import ReinServing

#if ServingGRPC
import ReinServingGRPC

extension ServeSettings {
    /// Where to listen for gRPC may be said.
    static var grpcRule: (words: String, holds: (OptionalAddress) -> Bool)? { nil }

    /// Where to listen for gRPC.
    var grpcAddress: ListenAddress? {
        (grpc ?? .at(ListenAddress(host: "127.0.0.1", port: 8001))).address
    }

    /// The transport of gRPC; nil for none.
    ///
    /// - Parameter onListening: is told where it listens.
    func grpcTransport(onListening: @escaping @Sendable (_ address: String) -> Void) -> PolicyTransport? {
        guard let address = grpcAddress else { return nil }
        var configuration = GRPCConfiguration()
        configuration.host = address.host
        configuration.port = address.port
        configuration.connectionLimit = connections
        configuration.messageTimeout = bodyTimeout
        configuration.writeTimeout = writeTimeout
        configuration.idleTimeout = idleTimeout
        return .grpc(configuration) { onListening(address.text(port: $0)) }
    }
}
#else
extension ServeSettings {
    /// Without the trait nobody listens for gRPC, and saying where is an error.
    static var grpcRule: (words: String, holds: (OptionalAddress) -> Bool)? {
        (
            "\"none\", since this rein-serve was built without the trait ServingGRPC (swift run --traits ServingGRPC "
                + "rein-serve)", { $0 == .none }
        )
    }

    /// Nowhere.
    var grpcAddress: ListenAddress? { nil }

    /// None.
    func grpcTransport(onListening: @escaping @Sendable (_ address: String) -> Void) -> PolicyTransport? { nil }
}
#endif
#endif
