import Rein

/// The file of a policy, in memory.
struct ExportedModel {
    /// The policy's id, nil for one that stands alone.
    let id: PolicyID?
    /// Which file.
    let form: ModelForm
    /// What is in it.
    let bytes: [UInt8]
    private let description: ModelDescription

    /// Makes the file.
    ///
    /// - Throws: `StateError` that names the policy and what of it cannot be exported.
    init(_ source: ExportSource.SavedPolicy, as form: ModelForm) throws(StateError) {
        id = source.id
        self.form = form
        do {
            bytes = try source.policy.exported(as: form, id: source.id?.string ?? "policy")
            description = try source.policy.modelDescription(of: form)
        } catch {
            throw error.nested(under: source.location)
        }
    }

    /// What it is, in a few words.
    var words: String {
        let policy = id.map { "policy \"\($0)\", " } ?? ""
        let details =
            switch form {
            case .onnx(let options): "ONNX, opset \(options.opset)\(options.isRaw ? ", the network alone" : "")"
            case .safetensors(let names): "safetensors, names: \(names.rawValue)"
            case .c: "C"
            }
        return "\(policy)\(details), \(Wording.bytes(bytes.count))"
    }

    /// The file as data.
    func tree(at path: String) -> StateTree {
        [
            "file": .string(path),
            "policy": id.map { .string($0.string) } ?? .null,
            "form": .string(form.name),
            "size": .int(Int64(bytes.count)),
            "inputs": .list(description.inputs.map(Self.tree)),
            "outputs": .list(description.outputs.map(Self.tree)),
        ]
    }

    private static func tree(_ value: ModelDescription.Value) -> StateTree {
        [
            "name": .string(value.name), "type": .string(value.type),
            "shape": .list(value.shape.map { length in length.map { .int(Int64($0)) } ?? "batch" }),
        ]
    }
}
