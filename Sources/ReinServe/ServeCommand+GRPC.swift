#if Serving
import ArgumentParser
import ReinServing

#if ServingGRPC
import ReinServingGRPC

extension ServeCommand {
    /// Checks the address to listen on for gRPC.
    func validateGRPC() throws {
        if let grpc, grpc != "off" { _ = try ListenAddress(grpc) }
    }

    /// The transports beside HTTP.
    func transports() throws -> [PolicyTransport] {
        let text = grpc ?? "127.0.0.1:8001"
        guard text != "off" else { return [] }
        let address = try ListenAddress(text)
        var configuration = GRPCConfiguration()
        configuration.host = address.host
        configuration.port = address.port
        configuration.connectionLimit = connections
        configuration.messageTimeout = .seconds(bodyTimeout)
        configuration.idleTimeout = .seconds(idleTimeout)
        return [
            .grpc(configuration) { port in
                let host = address.host.contains(":") ? "[\(address.host)]" : address.host
                StandardError.say("serving on grpc://\(host):\(port)")
            } onFailedReload: { reason in
                StandardError.say("rein-serve: \(reason)")
            }
        ]
    }
}
#else
extension ServeCommand {
    /// Without the trait nobody listens for gRPC, and saying where is an error.
    func validateGRPC() throws {
        guard grpc == nil || grpc == "off" else {
            throw ValidationError(
                "rein-serve was built without the trait ServingGRPC: swift run --traits ServingGRPC rein-serve")
        }
    }

    /// The transports beside HTTP.
    func transports() throws -> [PolicyTransport] { [] }
}
#endif
#endif
