import Rein

/// REINFORCE (Williams 1992) as a learner of one's own: the loss, the update and what it keeps. Checkpoints, metrics,
/// many environments, mapping and threads come with `Algorithm`.
///
///     ∇J = mean over steps of ∇ log π(a | s) · (G − mean G) / deviation of G
typealias Reinforce = Algorithm<ReinforceLearner>

struct ReinforceLearner: Learner {
    struct Configuration: AlgorithmConfiguration {
        var seed = 0
        var environmentCount = 8
        var rolloutLength = 512
        var discount = 0.99
        var learningRate = Schedule.constant(5e-3)
        var hidden = [32]

        static let settingDeclarations: [SettingDeclaration<Self>] = [
            SettingDeclaration("seed", \.seed, in: .atLeast(0), .newEnvironments, "The seed of a run."),
            SettingDeclaration("environmentCount", \.environmentCount, in: .atLeast(1), .newEnvironments, "Copies."),
            SettingDeclaration("rolloutLength", \.rolloutLength, in: .atLeast(1), .atOnce, "Steps of an iteration."),
            SettingDeclaration("discount", \.discount, in: .share, .atOnce, "γ, the weight of a later reward."),
            SettingDeclaration("learningRate", \.learningRate, in: .notNegative, .atOnce, "The learning rate."),
            SettingDeclaration("hidden", \.hidden, .fixed, "The widths of the hidden layers."),
        ]
    }

    struct Metrics: LearnerMetrics {
        var meanReturn = 0.0
        var gradientNorm = 0.0
        var values: [(name: String, value: Double)] {
            [("meanReturn", meanReturn), ("gradientNorm", gradientNorm)]
        }
    }

    static let algorithmName = "REINFORCE"
    private let configuration: Configuration
    private var optimizer: Adam
    private var metrics = Metrics()

    static func stepsPerIteration(of configuration: Configuration) -> Int { configuration.rolloutLength }
    static func discount(of configuration: Configuration) -> Double { configuration.discount }

    static func form(
        observationSpace: Box, actionSpace: ActionSpace, configuration: Configuration
    ) throws -> PolicyForm {
        guard case .discrete(let discrete) = actionSpace else {
            throw StateError(.outOfRange, "this example is for discrete actions", path: "actionSpace")
        }
        return try PolicyForm(
            observationSpace: observationSpace, actionSpace: actionSpace,
            architecture: ActorCriticArchitecture(
                inputs: observationSpace.count, outputs: discrete.count, hidden: configuration.hidden, value: .none))
    }

    static func makePolicy(of form: PolicyForm, configuration: Configuration, random: RandomStream) throws -> Policy {
        var network = ActorCritic(form.architecture)
        var initialization = random.stream("initialization")
        network.initialize(using: &initialization)
        return try Policy(form, network: network)
    }

    init(for policy: Policy, lanes: RolloutLanes, configuration: Configuration, random: RandomStream) {
        self.configuration = configuration
        optimizer = Adam(parameterCount: policy.network.parameters.count)
    }

    static func makeBatch(for policy: Policy, lanes: RolloutLanes, configuration: Configuration) -> RolloutBatch {
        RolloutBatch(steps: configuration.rolloutLength, lanes: lanes, policy: policy)
    }

    mutating func learn(_ policy: inout Policy, from rollout: Rollout, in context: LearningContext) {
        let batch = rollout.batch
        let weights = standardizedReturns(batch)
        let rows = batch.count
        // Made anew each time: a copy of the learner shares nothing with it.
        let workspace = ActorCriticWorkspace(for: policy.network, rows: rows, training: true)
        let gradients = AlignedBuffer<Float>(count: policy.network.parameters.count)
        let logits = policy.network.policyOutputs(
            rows: rows, input: batch.observations.pointer, parameters: policy.network.parameters, workspace: workspace)
        var slopes = [Float](repeating: 0, count: rows * batch.headWidth)
        Kernels.logSoftmax(
            logits, logProbabilities: logits, probabilities: &slopes, rows: rows, columns: batch.headWidth)
        // The gradient of −log π(a) at the logits is π minus one-hot.
        for row in 0..<rows {
            slopes[row * batch.headWidth + Int(batch.actions[row])] -= 1
            for action in 0..<batch.headWidth { slopes[row * batch.headWidth + action] *= weights[row] / Float(rows) }
        }
        policy.network.policyBackward(
            rows: rows, input: batch.observations.pointer, parameters: policy.network.parameters,
            outputGradient: slopes, gradients: gradients.pointer, workspace: workspace)
        metrics.gradientNorm = Kernels.sumOfSquares(gradients.pointer, count: gradients.count).squareRoot()
        optimizer.update(
            &policy.network.parameters, gradients: gradients.pointer,
            learningRate: configuration.learningRate.value(at: rollout.stepsBefore))
    }

    mutating func report() -> Metrics { metrics }

    /// The standardised returns; 0 where the end of the episode is not in the batch.
    private mutating func standardizedReturns(_ batch: RolloutBatch) -> [Float] {
        var returns = [Double?](repeating: nil, count: batch.count)
        for lane in 0..<batch.lanes {
            var following: Double?
            for index in stride(from: batch.count - batch.lanes + lane, through: 0, by: -batch.lanes) {
                if batch.statuses[index] != .running { following = 0 }
                following = following.map { Double(batch.rewards[index]) + configuration.discount * $0 }
                returns[index] = following
            }
        }
        let known = returns.compactMap(\.self)
        let count = Double(max(1, known.count))
        let mean = known.reduce(0, +) / count
        let deviation = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        metrics.meanReturn = mean
        return returns.map { $0.map { Float(($0 - mean) / (deviation + 1e-8)) } ?? 0 }
    }

    var state: StateTree { ["optimizer": optimizer.state] }

    mutating func restore(from state: StateTree) throws(StateError) {
        try StateReader(state).restore("optimizer", into: &optimizer)
    }
}
