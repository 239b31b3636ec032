public import ReinCheckpoints

/// The forms in which a policy leaves Rein for good: a file that others turn into the same actions.
public enum ModelForm: Sendable, Hashable {
    /// A graph for onnxruntime and its like, `model.onnx`.
    case onnx(ONNXOptions)
    /// Tensors under names of PyTorch, `model.safetensors`.
    case safetensors(TensorNames)
    /// A header for compilers of C and C++, `policy.h`; the prefix of all its names, nil for one made from the policy's
    /// id.
    case c(prefix: String?)

    /// A graph with Rein's inputs and outputs.
    public static func onnx(opset: Int = ONNXOptions.defaultOpset) -> ModelForm { .onnx(ONNXOptions(opset: opset)) }
    /// A graph with the default options.
    public static var onnx: ModelForm { .onnx(ONNXOptions()) }
    /// Tensors that a plain `nn.Sequential` loads.
    public static var safetensors: ModelForm { .safetensors(.sequential) }
    /// A header whose names begin with the policy's id.
    public static var c: ModelForm { .c(prefix: nil) }

    /// The forms by their names, with their default options: `onnx`, `safetensors`, `c`.
    public static let named: [(name: String, form: ModelForm)] = [
        ("onnx", .onnx), ("safetensors", .safetensors), ("c", .c),
    ]

    /// The name of the form: `onnx`, `safetensors` or `c`.
    public var name: String {
        switch self {
        case .onnx: "onnx"
        case .safetensors: "safetensors"
        case .c: "c"
        }
    }

    /// The form of a name, with its default options.
    ///
    /// - Throws: `StateError` for another name, with the nearest there is.
    public init(named name: String) throws(StateError) {
        guard let found = Self.named.first(where: { $0.name == name }) else {
            let names = Self.named.map(\.name)
            throw StateError(
                .unsupportedFormat,
                unknownName(
                    "there is no form \"\(name.shortened)\"", nearest: nearestName(to: name, in: names),
                    rest: "the forms are \(names.joined(separator: ", "))"))
        }
        self = found.form
    }

    /// What the file of the form is called: `model.onnx`, `model.safetensors` or `policy.h`.
    public var fileName: String {
        switch self {
        case .onnx: "model.onnx"
        case .safetensors: "model.safetensors"
        case .c: "policy.h"
        }
    }
}
