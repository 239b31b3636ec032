import ReinNetworks

extension DQNConfiguration {
    /// What there is to say of each setting.
    public static let settingDeclarations =
        ownSettings
        + SettingDeclaration.section("adam", \.adam, Adam.Configuration.settingDeclarations)
        + SettingDeclaration.section("network", \.network, DQNNetworkConfiguration.settingDeclarations)

    private static let ownSettings: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "seed", \.seed, in: .atLeast(0), .newEnvironments,
            "The seed that every random stream of a run is derived from; at least 0."),
        SettingDeclaration(
            "environmentCount", \.environmentCount, in: .environmentCounts, .newEnvironments,
            "The number of copies of the environment; typically 1 to 16."),
        SettingDeclaration(
            "stepsPerIteration", \.stepsPerIteration, in: .steps, .atOnce,
            "The number of steps of each environment in one iteration, after which there is a report; typically 1000."),
        SettingDeclaration(
            "rainbow", \.rainbow, .fixed,
            """
            Whether learning is double, dueling, three-step, prioritised (α 0.5), distributional (51 atoms) and \
            noisy at once, whatever the settings of each say (Hessel et al. 2018, arXiv 1710.02298).
            """),
        SettingDeclaration(
            "double", \.double, .atOnce,
            "Whether the online network chooses the action that the target network values (van Hasselt et al. 2016)."),
        SettingDeclaration(
            "dueling", \.dueling, .fixed,
            "Whether the network has a state value and advantages, Q = V + A − mean A (Wang et al. 2016)."),
        SettingDeclaration(
            "rewardClip", \.rewardClip, in: .positive, .atOnce,
            """
            What becomes of rewards before they are learnt from: `"sign"` for their sign, a number for limits at \
            minus and plus it, null for nothing.
            """),
        SettingDeclaration(
            "stepCount", \.stepCount, in: .integers(1...1024), .atOnce,
            "The largest number of steps whose rewards a target sums up, n; typically 1 to 5."),
        SettingDeclaration(
            "atoms", \.atoms, in: .integers(1...4096), .fixed,
            "The atoms of the value distribution (C51; Bellemare et al. 2017); 1 for plain values, typically 51."),
        SettingDeclaration(
            "minimumReturn", \.minimumReturn, .fixed,
            "The smallest return that the atoms stand for; used with several atoms."),
        SettingDeclaration(
            "maximumReturn", \.maximumReturn, .fixed,
            "The largest return that the atoms stand for; used with several atoms."),
        SettingDeclaration(
            "noisy", \.noisy, .fixed,
            "Whether parameters are noisy, for exploration in place of random actions (Fortunato et al. 2018)."),
        SettingDeclaration(
            "noiseScale", \.noiseScale, in: .numbers(0...100), .fixed,
            "The first scale of the noise, before it is divided by √inputs; typically 0.5."),
        SettingDeclaration(
            "discount", \.discount, in: .share, .atOnce,
            "γ, the weight of a reward one step later; 0 to 1, typically 0.95 to 0.999."),
        SettingDeclaration(
            "explorationRate", \.explorationRate, in: .share, .atOnce,
            """
            The probability of a random action as a function of environment steps; without effect when parameters \
            are noisy.
            """),
        SettingDeclaration(
            "replayCapacity", \.replayCapacity, in: .integers(1...1 << 30), .fixed,
            "The number of transitions that are kept; typically 10,000 to 1,000,000."),
        SettingDeclaration(
            "prioritizedReplay", \.prioritizedReplay, .atOnce,
            "Whether transitions with large errors are replayed more often (Schaul et al. 2016)."),
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
        SettingDeclaration("savesReplay", \.savesReplay, .atOnce, "Whether checkpoints hold the replay buffer."),
        SettingDeclaration(
            "learningStarts", \.learningStarts, in: .atLeast(0), .atOnce,
            "The number of environment steps before the first gradient step."),
        SettingDeclaration(
            "trainingInterval", \.trainingInterval, in: .steps, .atOnce,
            "The number of steps of each environment between rounds of gradient steps; typically 1 to 256."),
        SettingDeclaration(
            "updatesPerInterval", \.updatesPerInterval, in: .steps, .atOnce,
            "The number of gradient steps in a round; typically 1 to 128."),
        SettingDeclaration(
            "batchSize", \.batchSize, in: .steps, .atOnce,
            "The number of transitions in one gradient step; typically 32 to 256."),
        SettingDeclaration(
            "targetUpdateInterval", \.targetUpdateInterval, in: .atLeast(1), .atOnce,
            """
            The number of environment steps between updates of the target network, which come before gradient \
            steps that fall due at the same time; at least 1.
            """),
        SettingDeclaration(
            "targetUpdateRate", \.targetUpdateRate, in: .share, .atOnce,
            "τ, how far the target network moves towards the online one at an update; 1 copies it."),
        SettingDeclaration(
            "loss", \.loss, .atOnce,
            "The loss of plain values; with several atoms it is the cross entropy."),
        SettingDeclaration(
            "learningRate", \.learningRate, in: .notNegative, .atOnce,
            "The learning rate as a function of environment steps; typically 1e-4 to 5e-3."),
        SettingDeclaration(
            "maximumGradientNorm", \.maximumGradientNorm, in: .positive, .atOnce,
            "The largest norm of the gradient over all parameters together; null for no limit."),
        SettingDeclaration(
            "exportsNativeModelFiles", \.exportsNativeModelFiles, .atOnce,
            """
            The files by which other programs run a policy that every checkpoint holds beside its state: true for a \
            graph of ONNX, or a list of forms among onnx, safetensors and c; null for none.
            """),
    ]
}

extension DQNNetworkConfiguration {
    /// What there is to say of the settings under `network`.
    static let settingDeclarations: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "hidden", \.hidden, in: .layers, .fixed,
            "The widths of the hidden layers; typically one or two of 64 to 256."),
        SettingDeclaration(
            "headHidden", \.headHidden, in: .layers, .fixed,
            """
            The widths of further hidden layers; a dueling network has them once for the state value and once for \
            the advantages.
            """),
        SettingDeclaration("activation", \.activation, .fixed, "The nonlinearity of the hidden layers."),
        SettingDeclaration(
            "headActivation", \.headActivation, .fixed,
            "The nonlinearity of the further hidden layers, `headHidden`; null for the same."),
    ]
}
