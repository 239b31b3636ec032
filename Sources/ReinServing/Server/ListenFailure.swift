#if Serving
/// Why a server cannot listen on its address.
public struct ListenFailure: Error, Sendable, CustomStringConvertible {
    /// The address and the port.
    public let address: String
    /// What the system says.
    public let reason: String

    /// Says why.
    package init(address: String, reason: String) {
        self.address = address
        self.reason = reason
    }

    /// The address and what the system says.
    public var description: String { "\(address): cannot listen there: \(reason)" }
}
#endif
