import ReinCheckpoints
import ReinNumerics

/// What `policy_kwargs` says about how a policy acts, with Stable-Baselines3's defaults for what it does not say.
struct PolicyArguments {
    /// The widths of the hidden layers.
    let widths: PolicyWidths
    /// The nonlinearity of the hidden layers.
    let activation: Activation
    /// Whether a tanh limits the actions of a state-dependent Gaussian.
    let squashesOutput: Bool
    /// Whether a module behind the layer of SAC's means limits them, and the largest absolute value that it lets through;
    /// nil when it lets all of them through.
    let limitsMean: Bool
    let meanLimit: Float?
    /// Whether the noise of a state-dependent Gaussian has a deviation for each feature and action dimension, or else one
    /// for each feature.
    let hasFullDeviations: Bool
    /// Whether the deviations of a state-dependent Gaussian grow with the logarithm of their parameters where these are
    /// positive, "expln", or exponentially everywhere.
    let usesExpln: Bool

    /// Every argument of the policies that are read; the others say how a policy is trained.
    private static let known = [
        "net_arch", "activation_fn", "squash_output", "clip_mean", "full_std", "use_expln", "use_sde", "log_std_init",
        "features_extractor_class", "features_extractor_kwargs", "share_features_extractor", "normalize_images",
        "optimizer_class", "optimizer_kwargs", "n_critics", "ortho_init", "device", "sde_net_arch",
    ]

    /// Reads the arguments.
    ///
    /// - Parameters:
    ///   - isStateDependent: whether the policy explores with noise that is a function of the state.
    ///   - sharesLayers: whether policy and value share layers.
    /// - Throws: `StateError` when there is one that nobody knows, or that asks for what Rein's policies do not have.
    init(
        _ reader: StateReader, kind: StableBaselines3Agent.Method.PolicyKind, isStateDependent: Bool,
        sharesLayers: Bool
    ) throws(StateError) {
        try reader.expectKeys(Self.known)
        try Self.requireFlatFeatures(reader)
        if let activation = reader.optionalChild("activation_fn") {
            self.activation = try Self.activation(activation)
        } else {
            activation = kind == .actorCritic ? .tanh : .relu
        }
        if let architecture = reader.optionalChild("net_arch") {
            widths = try PolicyWidths(architecture, of: kind, sharesLayers: sharesLayers)
        } else {
            widths = PolicyWidths(defaultsOf: kind)
        }
        squashesOutput = try reader.optionalChild("squash_output")?.bool() ?? false
        let limit = try reader.optionalChild("clip_mean")?.double() ?? 2
        limitsMean = limit > 0
        // A number that is positive and finite as a double need not be as a float.
        meanLimit = limitsMean && Float(limit).isFinite ? max(Float(limit), .leastNonzeroMagnitude) : nil
        hasFullDeviations = try reader.optionalChild("full_std")?.bool() ?? true
        usesExpln = try reader.optionalChild("use_expln")?.bool() ?? false
        if isStateDependent, let features = reader.optionalChild("sde_net_arch") {
            throw features.error(
                .unsupportedFormat, "noise that is a function of features of its own is not read, only of the policy's")
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
        case "torch.nn.modules.activation.GELU": return .gelu
        case "torch.nn.modules.activation.Sigmoid": return .sigmoid
        case "torch.nn.modules.linear.Identity": return .identity
        case let name:
            throw reader.error(
                .unsupportedFormat,
                "the activation \(name.shortened) is not one of Tanh, ReLU, LeakyReLU, ELU, SiLU, GELU, Sigmoid and "
                    + "Identity")
        }
    }
}
