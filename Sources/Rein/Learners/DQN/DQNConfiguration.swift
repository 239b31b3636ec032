public import ReinNetworks
public import ReinNumerics

/// The settings of deep Q-learning and its extensions; the defaults are RLlib 2.10's: double, dueling and prioritised.
public struct DQNConfiguration: AlgorithmConfiguration, ReplayConfiguration {
    /// The loss of a temporal-difference error.
    public typealias Loss = ErrorLoss

    /// The seed that every random stream of a run is derived from; at least 0.
    public var seed = 0
    /// The number of copies of the environment; typically 1 to 16.
    public var environmentCount = 1
    /// The number of steps of each environment in one iteration, after which there is a report; typically 1000.
    public var stepsPerIteration = 1000
    /// Whether learning is double, dueling, three-step, prioritised (α 0.5), distributional (51 atoms) and noisy at
    /// once, whatever the settings of each say (Hessel et al. 2018, arXiv 1710.02298).
    public var rainbow = false
    /// Whether the online network chooses the action that the target network values (van Hasselt et al. 2016).
    public var double = true
    /// Whether the network has a state value and advantages, Q = V + A − mean A (Wang et al. 2016).
    public var dueling = true
    /// What becomes of rewards before they are learnt from: `"sign"` for their sign, a number for limits at minus and plus
    /// it, null for nothing. Returns that are reported stay as they are.
    public var rewardClip: RewardClip? = nil
    /// The largest number of steps whose rewards a target sums up, n; typically 1 to 5. Where it is changed, transitions
    /// in the replay keep theirs, and steps that no transition begins with yet are forgotten.
    public var stepCount = 1
    /// The atoms of the value distribution (C51; Bellemare et al. 2017); 1 for plain values, typically 51.
    public var atoms = 1
    /// The smallest return that the atoms stand for; used with several atoms.
    public var minimumReturn = -10.0
    /// The largest return that the atoms stand for; used with several atoms.
    public var maximumReturn = 10.0
    /// Whether parameters are noisy, for exploration in place of random actions (Fortunato et al. 2018).
    public var noisy = false
    /// The first scale of the noise, before it is divided by √inputs; typically 0.5.
    public var noiseScale = 0.5
    /// γ, the weight of a reward one step later; 0 to 1, typically 0.95 to 0.999.
    public var discount = 0.99
    /// The probability of a random action as a function of environment steps; without effect when parameters are noisy.
    public var explorationRate = Schedule.linear(from: 1, to: 0.02, over: 10_000)
    /// The number of transitions that are kept; typically 10,000 to 1,000,000.
    public var replayCapacity = 50_000
    /// Whether transitions with large errors are replayed more often (Schaul et al. 2016). Where it is changed to true,
    /// transitions that are there are as likely as new ones.
    public var prioritizedReplay = true
    /// α, how much priorities count; at least 0, typically 0.5 to 0.7.
    public var priorityExponent = 0.6
    /// β, how much the weights correct for it, as a function of environment steps; at least 0, typically 0.4 to 1.
    public var importanceExponent = Schedule.constant(0.4)
    /// ε, added to the size of an error for its priority, so that no transition is forgotten; at least 0, typically
    /// 1e-6.
    public var prioritizedReplayEpsilon = 1e-6
    /// How transitions are drawn by priority, what their weights are relative to, and how likely new ones are.
    public var prioritizedReplaySampling = PrioritizedReplaySampling.stratified
    /// Whether checkpoints hold the replay buffer. Without it a restored run starts with an empty one, learns from what
    /// it collects anew (`learningStarts` counts all steps, those before included), and does not continue with the
    /// same bits; the checkpoint's manifest says so.
    public var savesReplay = true
    /// The number of environment steps before the first gradient step.
    public var learningStarts = 1000
    /// The number of steps of each environment between rounds of gradient steps; typically 1 to 256.
    public var trainingInterval = 4
    /// The number of gradient steps in a round; typically 1 to 128.
    public var updatesPerInterval = 1
    /// The number of transitions in one gradient step; typically 32 to 256.
    public var batchSize = 32
    /// The number of environment steps between updates of the target network, which come before gradient steps that
    /// fall due at the same time; at least 1.
    public var targetUpdateInterval = 500
    /// τ, how far the target network moves towards the online one at an update; 1 copies it.
    public var targetUpdateRate = 1.0
    /// The loss of plain values; with several atoms it is the cross entropy.
    public var loss = Loss.huber
    /// The learning rate as a function of environment steps; typically 1e-4 to 5e-3.
    public var learningRate = Schedule.constant(5e-4)
    /// The optimizer's decay rates and epsilon.
    public var adam = Adam.Configuration()
    /// The largest norm of the gradient over all parameters together; null for no limit.
    public var maximumGradientNorm: Double? = 40
    /// The files by which other programs run a policy that every checkpoint holds beside its state: true for a graph of
    /// ONNX, or a list of forms among onnx, safetensors and c; null for none.
    public var exportsNativeModelFiles = NativeModelFiles.none
    /// The shape of the network.
    public var network = DQNNetworkConfiguration()

    /// Replay keeps single transitions, so there are no recurrent networks; and there are no continuous actions.
    public static var refusals: [String: String] {
        let reason = "DQN has no recurrent networks; use PPO for them"
        return [
            "network.recurrent": reason, "network.recurrentWidth": reason, "sequenceLength": reason,
            "network.hasDeviationHead": "the actions of DQN are discrete and have no deviations; use PPO for others",
        ]
    }

    /// Creates the defaults.
    public init() {}

    /// Creates the defaults with a seed.
    public init(seed: Int) { self.seed = seed }

    /// The settings with Rainbow's put in place when it is on.
    var resolved: DQNConfiguration {
        guard rainbow else { return self }
        return with {
            $0.double = true
            $0.dueling = true
            $0.stepCount = 3
            $0.prioritizedReplay = true
            $0.priorityExponent = 0.5
            $0.atoms = 51
            $0.noisy = true
        }
    }

    /// The keys that say how the environments are stepped.
    public static var sharedKeys: [String] { ["seed", "environmentCount", "stepsPerIteration"] }

    /// Checks every value.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    public func validate() throws(ConfigurationError) {
        try requireDeclaredRanges()
        if resolved.atoms > 1,
            let problem = ActionValues.problem(
                count: 1, atoms: resolved.atoms, low: Float(minimumReturn), high: Float(maximumReturn))
        {
            throw ConfigurationError(
                key: "maximumReturn",
                problem: "\(maximumReturn) does not lie above minimumReturn, \(minimumReturn): \(problem)")
        }
        if let problem = architecture(inputs: 1, actions: 2).problem {
            throw ConfigurationError(key: "network.hidden", problem: problem)
        }
    }

    /// The network for observations and actions of a number.
    func architecture(inputs: Int, actions: Int) -> ActorCriticArchitecture {
        let settings = resolved
        // Layers of the only head are hidden layers like the others, unless they have a nonlinearity of their own.
        let hasHeadLayers = settings.dueling || network.headActivation != nil
        return ActorCriticArchitecture(
            inputs: inputs, outputs: actions * settings.atoms,
            hidden: hasHeadLayers ? network.hidden : network.hidden + network.headHidden,
            activation: network.activation, value: settings.dueling ? .shared : .none,
            valueOutputs: settings.dueling ? settings.atoms : 1,
            headHidden: hasHeadLayers ? network.headHidden : [], headActivation: network.headActivation)
    }
}
