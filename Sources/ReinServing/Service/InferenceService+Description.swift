#if Serving
import ReinCheckpoints

/// What the server says of itself and of its models, as JSON.
extension InferenceService {
    /// The extensions of the protocol that are served.
    static let extensions = [
        "binary_tensor_data", "model_repository", "model_configuration", "statistics", "sequence",
        "sequence(string_id)",
    ]

    /// What the server is.
    package var serverDescription: String {
        JSON.text([
            "name": "rein", "version": .string(ReinVersion.current),
            "extensions": .list(Self.extensions.map { .string($0) }),
        ])
    }

    /// What a model takes and gives.
    package func metadataDescription(of model: ServedModel) -> String {
        let versions = (try? repository.index(of: model.name)) ?? []
        return JSON.text([
            "name": .string(model.name),
            "versions": .list(versions.filter { $0.state == .ready }.map { .string($0.version) }),
            "platform": "rein",
            "inputs": .list(model.metadata.inputs.map(\.description)),
            "outputs": .list(model.metadata.outputs.map(\.description)),
        ])
    }

    /// The same in the form of Triton's configuration, whose shapes leave out the rows.
    package func configDescription(of model: ServedModel) -> String {
        JSON.text([
            "name": .string(model.name), "platform": "rein", "backend": "rein",
            "max_batch_size": .int(Int64(limits.rows)),
            "input": .list(model.metadata.inputs.map(\.configuration)),
            "output": .list(model.metadata.outputs.map(\.configuration)),
        ])
    }

    /// Whether a model answers.
    ///
    /// - Throws: `ServingError` with `.notFound` for one that is not there.
    package func isReady(_ address: ModelAddress) throws(ServingError) -> Bool {
        guard isReady else { return false }
        return try repository.isReady(address.name, version: address.version)
    }

    /// What is said of that.
    func readiness(of address: ModelAddress, _ isReady: Bool) -> String {
        JSON.text(["name": .string(address.name), "ready": .bool(isReady)])
    }

    /// Every version of every model.
    package func index(readyOnly: Bool) -> String {
        JSON.text(
            .list(
                repository.index().filter { !readyOnly || $0.state == .ready }.map { status in
                    [
                        "name": .string(status.name), "version": .string(status.version),
                        "state": .string(status.state.rawValue), "reason": .string(status.reason),
                    ]
                }))
    }
}

extension ModelMetadata.Tensor {
    /// The tensor in a model's metadata.
    fileprivate var description: StateTree {
        [
            "name": .string(name), "datatype": .string(datatype.rawValue),
            "shape": .list(shape.map { .int(Int64($0)) }),
        ]
    }

    /// The tensor in a model's configuration.
    fileprivate var configuration: StateTree {
        var map: StateMap = [
            "name": .string(name), "data_type": .string("TYPE_\(datatype.rawValue)"),
            "dims": .list(shape.dropFirst().map { .int(Int64($0)) }),
        ]
        if isOptional { map["optional"] = .bool(true) }
        return .map(map)
    }
}
#endif
