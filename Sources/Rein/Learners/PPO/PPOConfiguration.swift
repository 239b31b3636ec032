public import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// The settings of proximal policy optimization.
///
/// Losses follow Stable-Baselines3: the value loss is the mean squared error without a factor of one half. The
/// defaults solve CartPole-v1 and are a sound start for other tasks with short episodes.
public struct PPOConfiguration: AlgorithmConfiguration {
    /// Over which samples advantages are brought to mean 0 and deviation 1.
    public enum AdvantageNormalization: String, Sendable, Hashable, Codable, CaseIterable {
        /// Not at all.
        case none
        /// Over each minibatch, with the sample deviation plus 1e-8, as Stable-Baselines3 and CleanRL do.
        case minibatch
        /// Over all samples of the iteration, with a deviation of at least 1e-4, as RLlib does.
        case batch
    }

    /// The seed that every random stream of a run is derived from; at least 0.
    public var seed = 0
    /// The number of copies of the environment; typically 1 to 64.
    public var environmentCount = 8
    /// The number of steps of each environment in one iteration, T; typically 16 to 2048.
    public var rolloutLength = 128
    /// The number of passes over the samples of an iteration; typically 3 to 30.
    public var epochs = 10
    /// The number of samples in one gradient step; typically 32 to 512. The last minibatch of an epoch is smaller
    /// when the samples cannot be divided evenly.
    public var minibatchSize = 64
    /// The number of steps that a recurrent network is trained through time over; typically 8 to 128. It divides
    /// `rolloutLength`, and `minibatchSize` is a multiple of it. Not read without a recurrent network.
    public var sequenceLength = 16
    /// γ, the weight of a reward one step later; 0 to 1, typically 0.9 to 0.999.
    public var discount = 0.99
    /// λ of generalised advantage estimation; 0 to 1, typically 0.8 to 1.
    public var gaeLambda = 0.95
    /// The learning rate as a function of environment steps; typically 1e-4 to 1e-3.
    public var learningRate = Schedule.constant(1e-3)
    /// The KL divergence that the learning rate is adapted to after each iteration; null for the schedule alone.
    /// Typically 0.008 to 0.02. As in rl_games and Isaac Lab the rate is divided by 1.5 when the divergence of the last
    /// epoch is above twice it, and times 1.5 when it is below half of it, within 1e-6 to 1e-2.
    public var learningRateKLTarget: Double? = nil
    /// The optimizer's decay rates and epsilon.
    public var adam = Adam.Configuration(epsilon: 1e-5)
    /// ε, how far the probability ratio may move from 1, as a function of environment steps; typically 0.1 to 0.3.
    public var clipRange = Schedule.constant(0.2)
    /// The weight of the value loss; typically 0.5.
    public var valueLossCoefficient = 0.5
    /// How far the value may move from the one at collection before its loss stops falling (baselines' value
    /// clipping), in units of return; null for no such limit.
    public var valueClipRange: Double? = nil
    /// The largest squared value error that is still learnt from (RLlib's `vf_clip_param`), in units of return
    /// squared; null for no such limit.
    public var valueErrorClip: Double? = nil
    /// The weight of the entropy bonus as a function of environment steps; typically 0 to 0.02.
    public var entropyCoefficient = Schedule.constant(0)
    /// The largest norm of the gradient over all parameters together; null for no limit.
    public var maximumGradientNorm: Double? = 0.5
    /// Over which samples advantages are normalised.
    public var advantageNormalization = AdvantageNormalization.minibatch
    /// The KL divergence from the policy that collected: the epochs stop early when a minibatch exceeds 1.5 times it;
    /// null for no early stop. Typically 0.01 to 0.05.
    public var targetKL: Double? = nil
    /// The first weight of a KL penalty in the loss, which is adapted after each iteration; 0 for no penalty. RLlib
    /// starts at 0.2. As there, the weight is times 1.5 when the mean KL divergence over all epochs is above twice
    /// `klTarget`, and times 0.5 when it is below half of it.
    public var klCoefficient = 0.0
    /// The KL divergence that the penalty's weight is adapted to; typically 0.01.
    public var klTarget = 0.01
    /// Whether the noise of continuous actions is a function of the state, drawn anew once in a while, instead of
    /// independent from step to step. This is gSDE (Raffin et al. 2021, arXiv 2005.05719), see
    /// `StateDependentGaussian`; the first log standard deviation, `network.logDeviation`, is then that of one feature's
    /// weight.
    public var usesStateDependentExploration = false
    /// The number of steps that state-dependent exploration keeps its noise for; null for a whole rollout. Typically
    /// 4 to 64.
    public var explorationInterval: Int? = nil
    /// Whether observations are scaled by their running mean and variance.
    public var normalizesObservations = false
    /// The largest absolute value of a scaled observation.
    public var observationLimit = 10.0
    /// What becomes of rewards before they are learnt from: `"sign"` for their sign, a number for limits at minus and plus
    /// it, null for nothing. Returns that are reported stay as they are.
    public var rewardClip: RewardClip? = nil
    /// Whether rewards are divided by the running deviation of the discounted return.
    public var scalesRewards = false
    /// The largest absolute value of a scaled reward.
    public var rewardLimit = 10.0
    /// What happens to continuous actions on their way to the environment; of no effect on discrete ones.
    public var actionTransform = ActionTransform.clip
    /// The files by which other programs run a policy that every checkpoint holds beside its state: true for a graph of
    /// ONNX, or a list of forms among onnx, safetensors and c; null for none.
    public var exportsNativeModelFiles = NativeModelFiles.none
    /// The shape of the networks.
    public var network = NetworkConfiguration()

    /// Creates the defaults.
    public init() {}

    /// Creates the defaults with a seed.
    public init(seed: Int) { self.seed = seed }

    /// The keys that say how the environments are stepped.
    public static var sharedKeys: [String] { ["seed", "environmentCount", "rolloutLength"] }

    /// Checks every value.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    public func validate() throws(ConfigurationError) {
        try requireDeclaredRanges()
        try requireSequences()
        if valueClipRange != nil, valueErrorClip != nil {
            throw ConfigurationError(key: "valueErrorClip", problem: "set either this or valueClipRange, not both")
        }
        if usesStateDependentExploration, klCoefficient > 0 {
            throw ConfigurationError(
                key: "klCoefficient", problem: "there is no KL penalty with state-dependent exploration (allowed: 0)")
        }
        if usesStateDependentExploration, network.recurrent != .none {
            throw ConfigurationError(
                key: "network.recurrent",
                problem: "there are no recurrent networks with state-dependent exploration (allowed: none)")
        }
        if usesStateDependentExploration, network.hasDeviationHead {
            throw ConfigurationError(
                key: "network.hasDeviationHead",
                problem: "with state-dependent exploration the log standard deviations are parameters (allowed: false)")
        }
        if rewardClip != nil, scalesRewards {
            throw ConfigurationError(
                key: "rewardClip", problem: "set either this or scalesRewards (which has rewardLimit), not both")
        }
        if network.value == .none {
            throw ConfigurationError(
                key: "network.value", problem: "PPO needs a value network (allowed: separate, shared)")
        }
        let shape = ActorCriticArchitecture(
            inputs: 1, outputs: 1, hidden: network.hidden, activation: network.activation, value: network.value,
            recurrent: network.recurrentArchitecture)
        if let problem = shape.problem { throw ConfigurationError(key: "network.hidden", problem: problem) }
    }

    /// Checks that rollouts and minibatches are made of whole sequences, where a network has a memory.
    private func requireSequences() throws(ConfigurationError) {
        guard network.recurrent != .none else { return }
        guard rolloutLength.isMultiple(of: sequenceLength) else {
            throw ConfigurationError(
                key: "sequenceLength", problem: "\(sequenceLength) does not divide rolloutLength, \(rolloutLength)")
        }
        guard minibatchSize.isMultiple(of: sequenceLength) else {
            throw ConfigurationError(
                key: "minibatchSize",
                problem: "\(minibatchSize) is not a multiple of sequenceLength, \(sequenceLength): minibatches are "
                    + "made of whole sequences")
        }
    }
}
