import ReinNetworks

extension SACConfiguration {
    /// What there is to say of each setting.
    public static let settingDeclarations =
        ownSettings
        + SettingDeclaration.section("adam", \.adam, Adam.Configuration.settingDeclarations)
        + SettingDeclaration.section("network", \.network, SACNetworkConfiguration.settingDeclarations)

    private static let ownSettings: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "seed", \.seed, in: .atLeast(0), .newEnvironments,
            "The seed that every random stream of a run is derived from; at least 0."),
        SettingDeclaration(
            "environmentCount", \.environmentCount, in: .environmentCounts, .newEnvironments,
            "The number of copies of the environment; typically 1 to 16."),
        SettingDeclaration(
            "stepsPerIteration", \.stepsPerIteration, in: .steps, .atOnce,
            """
            The number of steps of each environment in one iteration, after which metrics are reported; it has no \
            effect on learning when it is a multiple of `trainingInterval`.
            """),
        SettingDeclaration(
            "trainingInterval", \.trainingInterval, in: .steps, .atOnce,
            "The number of steps of each environment between two rounds of gradient steps; typically 1 to 64."),
        SettingDeclaration(
            "updatesPerInterval", \.updatesPerInterval, in: .steps, .atOnce,
            """
            The number of gradient steps in a round; typically as many as environment steps were taken since the \
            last.
            """),
        SettingDeclaration(
            "learningStarts", \.learningStarts, in: .atLeast(0), .atOnce,
            """
            The number of environment steps, of all environments together, before the first gradient step; until \
            then actions are uniform.
            """),
        SettingDeclaration(
            "replayCapacity", \.replayCapacity, in: .integers(1...Int(Int32.max)), .fixed,
            "The largest number of transitions that are kept; memory grows with those that there are."),
        SettingDeclaration(
            "prioritizedReplay", \.prioritizedReplay, .atOnce,
            """
            Whether transitions with large errors, the mean of both critics' sizes, are replayed more often \
            (Schaul et al. 2016, arXiv 1511.05952).
            """),
        SettingDeclaration(
            "priorityExponent", \.priorityExponent, in: .numbers(0...1000), .atOnce,
            "α, how much priorities count; at least 0, typically 0.5 to 0.7."),
        SettingDeclaration(
            "importanceExponent", \.importanceExponent, in: .notNegative, .atOnce,
            """
            β, how much the weights correct for it, as a function of environment steps; at least 0, typically 0.4 \
            to 1.
            """),
        SettingDeclaration(
            "prioritizedReplayEpsilon", \.prioritizedReplayEpsilon, in: .numbers(0...1e100), .atOnce,
            """
            ε, added to the size of an error for its priority, so that no transition is forgotten; at least 0, \
            typically 1e-6.
            """),
        SettingDeclaration(
            "prioritizedReplaySampling", \.prioritizedReplaySampling, .atOnce,
            "How transitions are drawn by priority, what their weights are relative to, and how likely new ones are."),
        SettingDeclaration(
            "batchSize", \.batchSize, in: .steps, .atOnce,
            "The number of transitions in one gradient step; typically 64 to 512."),
        SettingDeclaration(
            "discount", \.discount, in: .share, .atOnce,
            "γ, the weight of a reward one step later; 0 to 1, typically 0.95 to 0.999."),
        SettingDeclaration(
            "rewardClip", \.rewardClip, in: .positive, .atOnce,
            """
            What becomes of rewards before they are learnt from: `"sign"` for their sign, a number for limits at \
            minus and plus it, null for nothing.
            """),
        SettingDeclaration(
            "stepCount", \.stepCount, in: .integers(1...1000), .atOnce,
            "The largest number of steps that a transition spans, n; 1 for none but its own, typically up to 5."),
        SettingDeclaration("loss", \.loss, .atOnce, "The loss of the critics' errors; RLlib's is `huber`."),
        SettingDeclaration("policyCritic", \.policyCritic, .atOnce, "Whose values the policy learns from."),
        SettingDeclaration(
            "simultaneousUpdates", \.simultaneousUpdates, .atOnce,
            """
            Whether a gradient step computes the gradients of critics, policy and temperature before any of them \
            changes, as RLlib does; otherwise the policy learns from critics that have taken their step.
            """),
        SettingDeclaration(
            "targetUpdateRate", \.targetUpdateRate, in: .share, .atOnce,
            "τ, how far the target critics move towards the critics in one update; 0 to 1, typically 0.005 to 0.02."),
        SettingDeclaration(
            "targetUpdateInterval", \.targetUpdateInterval, in: .atLeast(1), .atOnce,
            "The number of gradient steps between two updates of the target critics; typically 1."),
        SettingDeclaration(
            "actorLearningRate", \.actorLearningRate, in: .notNegative, .atOnce,
            "The learning rate of the policy as a function of environment steps; typically 1e-4 to 1e-3."),
        SettingDeclaration(
            "criticLearningRate", \.criticLearningRate, in: .notNegative, .atOnce,
            "The learning rate of the critics as a function of environment steps; typically 3e-4 to 1e-3."),
        SettingDeclaration(
            "temperatureLearningRate", \.temperatureLearningRate, in: .notNegative, .atOnce,
            "The learning rate of log α as a function of environment steps; typically 3e-4 to 1e-3."),
        SettingDeclaration(
            "initialTemperature", \.initialTemperature, in: .numbers(1e-10...1e10), .atOnce,
            "The weight of the entropy beside the reward at the start of training, α; positive."),
        SettingDeclaration(
            "learnsTemperature", \.learnsTemperature, .atOnce,
            """
            Whether the temperature is learnt, such that the policy's entropy is `targetEntropy`; otherwise it \
            stays as it is.
            """),
        SettingDeclaration(
            "targetEntropy", \.targetEntropy, in: .numbers(-1e6...1e6), .atOnce,
            """
            The entropy that the temperature is learnt for, in nats, of actions between −1 and 1; null for a \
            target that goes by the actions.
            """),
        SettingDeclaration(
            "usesStateDependentExploration", \.usesStateDependentExploration, .fixed,
            """
            Whether the noise of continuous actions is a function of the state, drawn anew before every \
            `trainingInterval` steps, instead of independent from step to step.
            """),
        SettingDeclaration(
            "explorationInterval", \.explorationInterval, in: .atLeast(1), .fixed,
            """
            The number of steps that state-dependent exploration keeps its noise for; null for `trainingInterval` \
            steps, which it never outlives.
            """),
        SettingDeclaration(
            "maximumGradientNorm", \.maximumGradientNorm, in: .positive, .atOnce,
            "The largest norm of a gradient, one for the policy and one for both critics together; null for no limit."),
        SettingDeclaration(
            "clipsGradientsSeparately", \.clipsGradientsSeparately, .atOnce,
            """
            Whether the gradients of each critic and of log α are limited by themselves, as RLlib does; otherwise \
            those of both critics together, and that of log α not at all.
            """),
        SettingDeclaration("savesReplay", \.savesReplay, .atOnce, "Whether checkpoints hold the transitions."),
        SettingDeclaration(
            "exportsNativeModelFiles", \.exportsNativeModelFiles, .atOnce,
            """
            The files by which other programs run a policy that every checkpoint holds beside its state: true for a \
            graph of ONNX, or a list of forms among onnx, safetensors and c; null for none.
            """),
    ]
}

extension SACNetworkConfiguration {
    /// What there is to say of the settings under `network`.
    static let settingDeclarations: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "hidden", \.hidden, in: .layers, .fixed,
            "The widths of the hidden layers; typically two of 256."),
        SettingDeclaration(
            "criticHidden", \.criticHidden, in: .layers, .fixed,
            "The widths of the hidden layers of the critics; null for those of the policy."),
        SettingDeclaration(
            "criticCount", \.criticCount, in: .integers(1...2), .fixed,
            "The number of critics: 2, the smaller of whose values counts, or 1."),
        SettingDeclaration("activation", \.activation, .fixed, "The nonlinearity of the hidden layers."),
        SettingDeclaration(
            "criticActivation", \.criticActivation, .fixed,
            "The nonlinearity of the hidden layers of the critics; null for that of the policy."),
        SettingDeclaration(
            "logDeviationMinimum", \.logDeviationMinimum, in: .numbers(-40...10), .fixed,
            "The smallest log standard deviation of continuous actions before tanh; −20, or −5 in RLlib and CleanRL."),
        SettingDeclaration(
            "logDeviationMaximum", \.logDeviationMaximum, in: .numbers(-40...10), .fixed,
            "The largest log standard deviation of continuous actions before tanh; typically 2."),
        SettingDeclaration(
            "logDeviation", \.logDeviation, in: .numbers(-40...10), .fixed,
            """
            The first log standard deviation of a feature's weight in state-dependent exploration, otherwise \
            without effect; typically −3.
            """),
    ]
}

extension SACConfiguration.PolicyCritic: SettingValue {}
