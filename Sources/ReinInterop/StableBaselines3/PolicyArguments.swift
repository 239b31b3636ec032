import ReinCheckpoints
import ReinNumerics

/// What `policy_kwargs` says about how a policy acts, with Stable-Baselines3's defaults for what it does not say.
struct PolicyArguments {
    /// The widths of the hidden layers of the policy, and of the value network.
    let policyHidden, valueHidden: [Int]
    /// The nonlinearity of the hidden layers.
    let activation: Activation
    /// Whether a tanh limits the actions of a state-dependent Gaussian.
    let squashesOutput: Bool
    /// Whether a module behind the layer of SAC's means limits them, and the largest absolute value that it lets through;
    /// nil when it lets all of them through.
    let limitsMean: Bool
    let meanLimit: Float?

    /// Every argument of the policies that are read; the others say how a policy is trained.
    private static let known = [
        "net_arch", "activation_fn", "squash_output", "clip_mean", "full_std", "use_expln", "use_sde", "log_std_init",
        "features_extractor_class", "features_extractor_kwargs", "share_features_extractor", "normalize_images",
        "optimizer_class", "optimizer_kwargs", "n_critics", "ortho_init",
    ]

    /// Reads the arguments.
    ///
    /// - Parameter isStateDependent: whether the policy explores with noise that is a function of the state.
    /// - Throws: `StateError` when there is one that nobody knows, or that asks for what Rein's policies do not have.
    init(
        _ reader: StateReader, method: StableBaselines3Agent.Method, isStateDependent: Bool
    ) throws(StateError) {
        try reader.expectKeys(Self.known)
        try Self.requireFlatFeatures(reader)
        if let activation = reader.optionalChild("activation_fn") {
            self.activation = try Self.activation(activation)
        } else {
            activation = method == .ppo ? .tanh : .relu
        }
        (policyHidden, valueHidden) = try Self.hidden(reader, method: method)
        squashesOutput = try reader.optionalChild("squash_output")?.bool() ?? false
        let limit = try reader.optionalChild("clip_mean")?.double() ?? 2
        limitsMean = limit > 0
        // A number that is positive and finite as a double need not be as a float.
        meanLimit = limitsMean && Float(limit).isFinite ? max(Float(limit), .leastNonzeroMagnitude) : nil
        if isStateDependent { try Self.requirePlainDeviations(reader) }
    }

    /// Without state-dependent exploration, these arguments have no effect.
    private static func requirePlainDeviations(_ reader: StateReader) throws(StateError) {
        if let isFull = reader.optionalChild("full_std"), try !isFull.bool() {
            throw isFull.error(.unsupportedFormat, "one standard deviation for all actions of a feature is not read")
        }
        if let usesOther = reader.optionalChild("use_expln"), try usesOther.bool() {
            throw usesOther.error(
                .unsupportedFormat, "standard deviations by \"expln\" are not read, only by \"exp\"")
        }
    }

    private static func requireFlatFeatures(_ reader: StateReader) throws(StateError) {
        if let extractor = reader.optionalChild("features_extractor_class") {
            let name = try extractor.string()
            guard name == "stable_baselines3.common.torch_layers.FlattenExtractor" else {
                throw extractor.error(
                    .unsupportedFormat,
                    "the features extractor \(name.shortened) is not read; only policies that read the numbers of an "
                        + "observation as they are")
            }
        }
        if let arguments = reader.optionalChild("features_extractor_kwargs"), try !arguments.map().isEmpty {
            throw arguments.error(.unsupportedFormat, "a features extractor with arguments is not read")
        }
    }

    private static func activation(_ reader: StateReader) throws(StateError) -> Activation {
        switch try reader.string() {
        case "torch.nn.modules.activation.Tanh": return .tanh
        case "torch.nn.modules.activation.ReLU": return .relu
        case "torch.nn.modules.activation.SiLU": return .silu
        case "torch.nn.modules.activation.ELU": return .elu
        case "torch.nn.modules.activation.LeakyReLU": return .leakyReLU
        case "torch.nn.modules.linear.Identity": return .identity
        case let name:
            throw reader.error(
                .unsupportedFormat,
                "the activation \(name.shortened) is not one of Tanh, ReLU, LeakyReLU, ELU, SiLU and Identity")
        }
    }

    /// The widths: one list for all networks, or one for each; formerly a list of one dictionary.
    private static func hidden(
        _ reader: StateReader, method: StableBaselines3Agent.Method
    ) throws(StateError) -> ([Int], [Int]) {
        guard var architecture = reader.optionalChild("net_arch") else {
            let widths = method == .sac ? [256, 256] : [64, 64]
            return (widths, widths)
        }
        if case .list(let elements) = architecture.tree, elements.count == 1, case .map = elements[0] {
            architecture = try architecture.list()[0]
        }
        guard case .map = architecture.tree else {
            let widths = try widths(architecture)
            return (widths, widths)
        }
        let value = method == .ppo ? "vf" : "qf"
        try architecture.expectKeys(["pi", value])
        return (
            try widths(architecture.optionalChild("pi")), try widths(architecture.optionalChild(value))
        )
    }

    private static func widths(_ reader: StateReader?) throws(StateError) -> [Int] {
        guard let reader else { return [] }
        return try reader.list().map { element throws(StateError) in
            let width = try element.int()
            guard (1...65_536).contains(width) else {
                throw element.error(.outOfRange, "a layer of width \(width) is impossible")
            }
            return width
        }
    }
}
