#if ServingGRPC
import GRPCCore
import ReinServing

/// What the guard of a call tells those behind it when it refuses the call.
struct RefusedCall {
    /// The path of the call, `/service/method`.
    let path: String
    /// Why it is refused.
    let kind: ServingError.Kind

    /// The method that the path names, as far as it names one.
    var method: MethodDescriptor {
        let parts = path.split(separator: "/", maxSplits: 1)
        return MethodDescriptor(
            fullyQualifiedService: parts.first.map(String.init) ?? "", method: parts.last.map(String.init) ?? "")
    }
}
#endif
