import ArgumentParser
import Rein

/// The options that say which file is made of a policy.
struct ModelFormOptions: ParsableArguments {
    @Option(help: "The form: onnx, safetensors or c.")
    var to: ModelFormArgument

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            onnx: the version of the operators, \(ONNXOptions.opsets.lowerBound) to \(ONNXOptions.opsets.upperBound). \
            (default: \(ONNXOptions.defaultOpset))
            """, valueName: "n"), transform: Self.opset)
    var opset: Int?

    @Flag(help: "onnx: the network alone, with the inputs and outputs of RLlib's own files.")
    var raw = false

    @Flag(help: "onnx: an input for masks, also of a policy that was trained without.")
    var mask = false

    @Option(help: "safetensors: names as in nn.Sequential, Stable-Baselines3 or RLlib. (default: sequential)")
    var names: TensorNamesArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("c: how all names begin. (default: the policy's id as a name of C)", valueName: "name"))
    var prefix: String?

    /// The form that is meant.
    ///
    /// - Throws: `ValidationError` for options of another form, and for two that do not go together.
    func form() throws -> ModelForm {
        try require("--opset", opset != nil, belongsTo: .onnx)
        try require("--raw", raw, belongsTo: .onnx)
        try require("--mask", mask, belongsTo: .onnx)
        try require("--names", names != nil, belongsTo: .safetensors)
        try require("--prefix", prefix != nil, belongsTo: .c)
        guard !raw || !mask else {
            throw ValidationError("--raw writes the network alone, without the mask that --mask asks for")
        }
        return switch to.form {
        case .onnx(var options):
            {
                options.opset = opset ?? options.opset
                options.isRaw = raw
                if mask { options.hasMask = true }
                return .onnx(options)
            }()
        case .safetensors(let standard): .safetensors(names?.names ?? standard)
        case .c: .c(prefix: prefix)
        }
    }

    private func require(_ option: String, _ isGiven: Bool, belongsTo form: ModelForm) throws {
        guard isGiven, form.name != to.form.name else { return }
        throw ValidationError("\(option) belongs to --to \(form.name), and this is --to \(to.form.name)")
    }

    private static func opset(_ text: String) throws -> Int {
        let range = ONNXOptions.opsets
        if let value = text.wholeNumber, range.contains(value) { return value }
        throw ValidationError(
            "expected a version of the operators from \(range.lowerBound) to \(range.upperBound)")
    }
}

/// A form by its name.
struct ModelFormArgument: ExpressibleByArgument {
    /// The form, with its default options.
    let form: ModelForm

    init?(argument: String) {
        guard let form = try? ModelForm(named: argument) else { return nil }
        self.form = form
    }

    static var allValueStrings: [String] { ModelForm.named.map(\.name) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Names of tensors by their name.
struct TensorNamesArgument: ExpressibleByArgument {
    /// The names.
    let names: TensorNames

    init?(argument: String) {
        guard let names = TensorNames(rawValue: argument) else { return nil }
        self.names = names
    }

    static var allValueStrings: [String] { TensorNames.allCases.map(\.rawValue) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
