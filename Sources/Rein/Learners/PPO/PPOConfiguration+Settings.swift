import ReinNetworks

extension PPOConfiguration {
    /// What there is to say of each setting.
    public static let settingDeclarations =
        ownSettings
        + SettingDeclaration.section("adam", \.adam, Adam.Configuration.settingDeclarations)
        + SettingDeclaration.section("network", \.network, NetworkConfiguration.settingDeclarations)

    private static let ownSettings: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "seed", \.seed, in: .atLeast(0), .newEnvironments,
            "The seed that every random stream of a run is derived from; at least 0."),
        SettingDeclaration(
            "environmentCount", \.environmentCount, in: .environmentCounts, .newEnvironments,
            "The number of copies of the environment; typically 1 to 64."),
        SettingDeclaration(
            "rolloutLength", \.rolloutLength, in: .steps, .atOnce,
            "The number of steps of each environment in one iteration, T; typically 16 to 2048."),
        SettingDeclaration(
            "epochs", \.epochs, in: .integers(1...10_000), .atOnce,
            "The number of passes over the samples of an iteration; typically 3 to 30."),
        SettingDeclaration(
            "minibatchSize", \.minibatchSize, in: .steps, .atOnce,
            "The number of samples in one gradient step; typically 32 to 512."),
        SettingDeclaration(
            "sequenceLength", \.sequenceLength, in: .steps, .atOnce,
            "The number of steps that a recurrent network is trained through time over; typically 8 to 128."),
        SettingDeclaration(
            "discount", \.discount, in: .share, .atOnce,
            "γ, the weight of a reward one step later; 0 to 1, typically 0.9 to 0.999."),
        SettingDeclaration(
            "gaeLambda", \.gaeLambda, in: .share, .atOnce,
            "λ of generalised advantage estimation; 0 to 1, typically 0.8 to 1."),
        SettingDeclaration(
            "learningRate", \.learningRate, in: .notNegative, .atOnce,
            "The learning rate as a function of environment steps; typically 1e-4 to 1e-3."),
        SettingDeclaration(
            "learningRateKLTarget", \.learningRateKLTarget, in: .positive, .atOnce,
            """
            The KL divergence that the learning rate is adapted to after each iteration; null for the schedule \
            alone.
            """),
        SettingDeclaration(
            "clipRange", \.clipRange, in: .notNegative, .atOnce,
            """
            ε, how far the probability ratio may move from 1, as a function of environment steps; typically 0.1 to \
            0.3.
            """),
        SettingDeclaration(
            "valueLossCoefficient", \.valueLossCoefficient, in: .numbers(0...1e6), .atOnce,
            "The weight of the value loss; typically 0.5."),
        SettingDeclaration(
            "valueClipRange", \.valueClipRange, in: .positive, .atOnce,
            """
            How far the value may move from the one at collection before its loss stops falling (baselines' value \
            clipping), in units of return; null for no such limit.
            """),
        SettingDeclaration(
            "valueErrorClip", \.valueErrorClip, in: .positive, .atOnce,
            """
            The largest squared value error that is still learnt from (RLlib's `vf_clip_param`), in units of \
            return squared; null for no such limit.
            """),
        SettingDeclaration(
            "entropyCoefficient", \.entropyCoefficient, in: .notNegative, .atOnce,
            "The weight of the entropy bonus as a function of environment steps; typically 0 to 0.02."),
        SettingDeclaration(
            "maximumGradientNorm", \.maximumGradientNorm, in: .positive, .atOnce,
            "The largest norm of the gradient over all parameters together; null for no limit."),
        SettingDeclaration(
            "advantageNormalization", \.advantageNormalization, .atOnce,
            "Over which samples advantages are normalised."),
        SettingDeclaration(
            "targetKL", \.targetKL, in: .positive, .atOnce,
            """
            The KL divergence from the policy that collected: the epochs stop early when a minibatch exceeds 1.5 \
            times it; null for no early stop.
            """),
        SettingDeclaration(
            "klCoefficient", \.klCoefficient, in: .numbers(0...1e6), .atOnce,
            "The first weight of a KL penalty in the loss, which is adapted after each iteration; 0 for no penalty."),
        SettingDeclaration(
            "klTarget", \.klTarget, in: .positive, .atOnce,
            "The KL divergence that the penalty's weight is adapted to; typically 0.01."),
        SettingDeclaration(
            "usesStateDependentExploration", \.usesStateDependentExploration, .fixed,
            """
            Whether the noise of continuous actions is a function of the state, drawn anew once in a while, \
            instead of independent from step to step.
            """),
        SettingDeclaration(
            "explorationInterval", \.explorationInterval, in: .atLeast(1), .fixed,
            "The number of steps that state-dependent exploration keeps its noise for; null for a whole rollout."),
        SettingDeclaration(
            "normalizesObservations", \.normalizesObservations, .fixed,
            "Whether observations are scaled by their running mean and variance."),
        SettingDeclaration(
            "observationLimit", \.observationLimit, in: .positive, .fixed,
            "The largest absolute value of a scaled observation."),
        SettingDeclaration(
            "rewardClip", \.rewardClip, in: .positive, .atOnce,
            """
            What becomes of rewards before they are learnt from: `"sign"` for their sign, a number for limits at \
            minus and plus it, null for nothing.
            """),
        SettingDeclaration(
            "scalesRewards", \.scalesRewards, .fixed,
            "Whether rewards are divided by the running deviation of the discounted return."),
        SettingDeclaration(
            "rewardLimit", \.rewardLimit, in: .positive, .fixed,
            "The largest absolute value of a scaled reward."),
        SettingDeclaration(
            "actionTransform", \.actionTransform, .fixed,
            "What happens to continuous actions on their way to the environment; of no effect on discrete ones."),
        SettingDeclaration(
            "exportsNativeModelFiles", \.exportsNativeModelFiles, .atOnce,
            """
            The files by which other programs run a policy that every checkpoint holds beside its state: true for a \
            graph of ONNX, or a list of forms among onnx, safetensors and c; null for none.
            """),
    ]
}

extension PPOConfiguration.AdvantageNormalization: SettingValue {}
