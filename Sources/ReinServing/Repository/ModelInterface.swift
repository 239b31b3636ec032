#if Serving
import ReinCheckpoints
import ReinPolicies
import ReinSpaces

/// What clients of a model rely on, whichever version answers: its observations, its actions and its memory.
struct ModelInterface {
    private let form: PolicyForm
    private let metadata: ModelMetadata

    init(_ model: ServedModel) {
        form = model.policy.form
        metadata = model.metadata
    }

    /// How another version differs in what it takes or gives; nil when clients do not notice.
    func difference(from other: ServedModel) -> String? {
        if let difference = form.difference(from: other.policy.observationSpace, other.policy.actionSpace) {
            return "it has \(difference.second), the version before has \(difference.first)"
        }
        for (old, new) in [(metadata.inputs, other.metadata.inputs), (metadata.outputs, other.metadata.outputs)] {
            guard old != new else { continue }
            for tensor in new where !old.contains(tensor) {
                return "its \"\(tensor.name)\" of shape \(tensor.shape) is not that of the version before"
            }
            return "it has no \"\(old.first { !new.contains($0) }?.name ?? "")\", which the version before has"
        }
        return nil
    }
}
#endif
