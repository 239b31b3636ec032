public import ReinNetworks
public import ReinNumerics

/// The settings of soft actor-critic; the defaults are those of Stable-Baselines3.
public struct SACConfiguration: AlgorithmConfiguration, ReplayConfiguration {
    /// Whose values of actions a policy learns from.
    public enum PolicyCritic: String, Sendable, Hashable, Codable, CaseIterable {
        /// The smaller of both critics'.
        case smaller
        /// The first critic's, as in RLlib for discrete actions.
        case first
    }

    /// The seed that every random stream of a run is derived from; at least 0.
    public var seed = 0
    /// The number of copies of the environment; typically 1 to 16.
    public var environmentCount = 1
    /// The number of steps of each environment in one iteration, after which metrics are reported; it has no effect
    /// on learning when it is a multiple of `trainingInterval`.
    public var stepsPerIteration = 1000
    /// The number of steps of each environment between two rounds of gradient steps; typically 1 to 64.
    public var trainingInterval = 1
    /// The number of gradient steps in a round; typically as many as environment steps were taken since the last.
    public var updatesPerInterval = 1
    /// The number of environment steps, of all environments together, before the first gradient step; until then
    /// actions are uniform. Typically 100 to 10,000.
    public var learningStarts = 100
    /// The largest number of transitions that are kept; memory grows with those that there are.
    public var replayCapacity = 1_000_000
    /// Whether transitions with large errors, the mean of both critics' sizes, are replayed more often (Schaul et al.
    /// 2016, arXiv 1511.05952). The weights that correct for it are those of the critics' losses. Where it is changed to
    /// true, transitions that are there are as likely as new ones.
    public var prioritizedReplay = false
    /// α, how much priorities count; at least 0, typically 0.5 to 0.7.
    public var priorityExponent = 0.6
    /// β, how much the weights correct for it, as a function of environment steps; at least 0, typically 0.4 to 1.
    public var importanceExponent = Schedule.constant(0.4)
    /// ε, added to the size of an error for its priority, so that no transition is forgotten; at least 0, typically
    /// 1e-6.
    public var prioritizedReplayEpsilon = 1e-6
    /// How transitions are drawn by priority, what their weights are relative to, and how likely new ones are.
    public var prioritizedReplaySampling = PrioritizedReplaySampling.stratified
    /// The number of transitions in one gradient step; typically 64 to 512.
    public var batchSize = 256
    /// γ, the weight of a reward one step later; 0 to 1, typically 0.95 to 0.999.
    public var discount = 0.99
    /// What becomes of rewards before they are learnt from: `"sign"` for their sign, a number for limits at minus and plus
    /// it, null for nothing. Returns that are reported stay as they are.
    public var rewardClip: RewardClip? = nil
    /// The largest number of steps that a transition spans, n; 1 for none but its own, typically up to 5. Where it is
    /// changed, transitions in the replay keep theirs, and steps that no transition begins with yet are forgotten.
    public var stepCount = 1
    /// The loss of the critics' errors; RLlib's is `huber`.
    public var loss = ErrorLoss.squared
    /// Whose values the policy learns from.
    public var policyCritic = PolicyCritic.smaller
    /// Whether a gradient step computes the gradients of critics, policy and temperature before any of them changes, as
    /// RLlib does; otherwise the policy learns from critics that have taken their step.
    public var simultaneousUpdates = false
    /// τ, how far the target critics move towards the critics in one update; 0 to 1, typically 0.005 to 0.02.
    public var targetUpdateRate = 0.005
    /// The number of gradient steps between two updates of the target critics; typically 1.
    public var targetUpdateInterval = 1
    /// The learning rate of the policy as a function of environment steps; typically 1e-4 to 1e-3.
    public var actorLearningRate = Schedule.constant(3e-4)
    /// The learning rate of the critics as a function of environment steps; typically 3e-4 to 1e-3.
    public var criticLearningRate = Schedule.constant(3e-4)
    /// The learning rate of log α as a function of environment steps; typically 3e-4 to 1e-3.
    public var temperatureLearningRate = Schedule.constant(3e-4)
    /// The decay rates and epsilon of all three optimizers.
    public var adam = Adam.Configuration()
    /// The weight of the entropy beside the reward at the start of training, α; positive.
    public var initialTemperature = 1.0
    /// Whether the temperature is learnt, such that the policy's entropy is `targetEntropy`; otherwise it stays as it
    /// is.
    public var learnsTemperature = true
    /// The entropy that the temperature is learnt for, in nats, of actions between −1 and 1; null for a target that goes
    /// by the actions. That is minus the number of action dimensions, or for discrete actions 0.98 times the mean of
    /// log n over the states of a batch, n being the number of valid actions. Discrete policies reach less than that
    /// mean: the temperature grows without end under a larger one. Policies that are asked for so much are almost
    /// uniform, and learn slowly which action is best: where that is all that counts, as in games, ask for less, such as
    /// 1.2 in TicTacToe.
    public var targetEntropy: Double? = nil
    /// Whether the noise of continuous actions is a function of the state, drawn anew before every `trainingInterval`
    /// steps, instead of independent from step to step. This is gSDE (Raffin et al. 2021, arXiv 2005.05719), see
    /// `StateDependentGaussian`; the policy then has a log standard deviation for each feature of its last hidden layer,
    /// `network.logDeviation` at first and without bounds, in place of those of its head.
    public var usesStateDependentExploration = false
    /// The number of steps that state-dependent exploration keeps its noise for; null for `trainingInterval` steps,
    /// which it never outlives.
    public var explorationInterval: Int? = nil
    /// The largest norm of a gradient, one for the policy and one for both critics together; null for no limit.
    public var maximumGradientNorm: Double? = nil
    /// Whether the gradients of each critic and of log α are limited by themselves, as RLlib does; otherwise those of
    /// both critics together, and that of log α not at all.
    public var clipsGradientsSeparately = false
    /// Whether checkpoints hold the transitions. Without them a restored run starts with an empty replay, learns from
    /// what it collects anew (`learningStarts` counts all steps, those before included), and does not continue with the
    /// same bits; the checkpoint's manifest says so.
    public var savesReplay = true
    /// The files by which other programs run a policy that every checkpoint holds beside its state: true for a graph of
    /// ONNX, or a list of forms among onnx, safetensors and c; null for none.
    public var exportsNativeModelFiles = NativeModelFiles.none
    /// The shape of the networks.
    public var network = SACNetworkConfiguration()

    /// Replay keeps single transitions, so there are no recurrent networks; and deviations are outputs of the network
    /// anyway.
    public static var refusals: [String: String] {
        let reason = "SAC has no recurrent networks; use PPO for them"
        return [
            "network.recurrent": reason, "network.recurrentWidth": reason, "sequenceLength": reason,
            "network.hasDeviationHead":
                "this is a setting of PPO; the log standard deviations of SAC are outputs of the network anyway, "
                + "unless usesStateDependentExploration makes them parameters",
        ]
    }

    /// Creates the defaults.
    public init() {}

    /// Creates the defaults with a seed.
    public init(seed: Int) { self.seed = seed }

    /// The keys that say how the environments are stepped.
    public static var sharedKeys: [String] { ["seed", "environmentCount", "stepsPerIteration"] }

    /// Checks every value.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    public func validate() throws(ConfigurationError) {
        try requireDeclaredRanges()
        if network.logDeviationMaximum < network.logDeviationMinimum {
            throw ConfigurationError(
                key: "network.logDeviationMaximum",
                problem: "\(network.logDeviationMaximum) is out of range (allowed: at least "
                    + "network.logDeviationMinimum, \(network.logDeviationMinimum))")
        }
        for (key, hidden) in [("hidden", network.hidden), ("criticHidden", network.criticHidden ?? [])] {
            let shape = ActorCriticArchitecture(
                inputs: 1, outputs: 1, hidden: hidden, activation: network.activation, value: .none)
            if let problem = shape.problem { throw ConfigurationError(key: "network.\(key)", problem: problem) }
        }
    }
}
