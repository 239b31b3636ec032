#if Serving
import ReinCheckpoints

/// The body of a request for the index: nothing, `{}` or `{"ready": true}`.
struct IndexRequest {
    /// Whether only versions that are ready are asked for.
    let ready: Bool

    init(_ body: UnsafeRawBufferPointer) throws(ServingError) {
        let reader = try StateReader(smallBody(body))
        ready = try ServingError.wrapping { () throws(StateError) in
            try reader.optionalChild("ready")?.bool() ?? false
        }
    }
}

/// The body of a request to load or unload a model: nothing, `{}` or `{"parameters": {...}}`.
struct LoadRequest {
    private let parameters: StateMap

    init(_ body: UnsafeRawBufferPointer) throws(ServingError) {
        let reader = try StateReader(smallBody(body))
        parameters = try ServingError.wrapping { () throws(StateError) in
            guard let child = reader.optionalChild("parameters") else { return [:] }
            guard case .map(let map) = child.tree else { throw child.error(.wrongType, "expected an object") }
            return map
        }
    }

    /// Refuses what would have the server read something else than what it was started with.
    func requireNoConfiguration() throws(ServingError) {
        for (name, _) in parameters { try InferenceService.requireNoConfiguration(name) }
    }
}

/// The largest number of bytes of bodies that are short.
let smallBodyLimit = 1 << 16

/// Reads a body that is short, an object or nothing.
private func smallBody(_ body: UnsafeRawBufferPointer) throws(ServingError) -> StateTree {
    guard !body.isEmpty else { return .map([:]) }
    guard body.count <= smallBodyLimit else {
        throw ServingError(.tooLarge, "the body has \(body.count) bytes, more than the \(smallBodyLimit) that are read")
    }
    return try ServingError.wrapping { () throws(StateError) in
        let tree = try JSON.parse(Array(body))
        guard case .map = tree else { throw StateError(.wrongType, "expected an object, found \(tree.summary)") }
        return tree
    }
}

extension ServingError {
    /// Does what a client's words may be wrong for.
    static func wrapping<Result>(_ body: () throws(StateError) -> Result) throws(ServingError) -> Result {
        do {
            return try body()
        } catch { throw ServingError(.invalidArgument, "\(error)") }
    }
}
#endif
