import ReinCheckpoints
public import ReinNetworks
public import ReinNumerics
public import ReinPolicies
public import ReinSpaces

/// A policy of each kind that Rein has, with weights that nothing about is symmetric.
public struct SamplePolicy: Sendable, CustomStringConvertible {
    /// What is special about it.
    public let description: String
    /// The policy.
    public let policy: Policy

    /// Makes a policy with random weights.
    ///
    /// - Parameters:
    ///   - observations: the shape of observations.
    ///   - normalizer: the formula of its normaliser, nil for none.
    ///   - limit: of the normaliser.
    public init(
        _ name: String, _ actions: ActionSpace, _ distribution: ActionDistribution? = nil, observations: [Int] = [3],
        hidden: [Int] = [16, 12], activation: Activation = .tanh, value: ActorCriticArchitecture.ValueNetwork = .none,
        recurrent: RecurrentArchitecture? = nil, normalizer: ObservationNormalizer.Formula? = nil, limit: Float = 5,
        transform: ActionTransform? = nil, masks: Bool = false, isNoisy: Bool = false, scale: Float = 0.7,
        _ change: (inout ActorCriticArchitecture) -> Void = { _ in }
    ) {
        description = name
        let distribution = distribution ?? ActionDistribution(for: actions)
        let width = observations.reduce(1, *)
        var architecture = ActorCriticArchitecture(
            inputs: width, outputs: distribution.headWidth, hidden: hidden, activation: activation, value: value,
            hasLogDeviation: distribution.hasLogDeviation,
            hasLogDeviationPerFeature: distribution.hasLogDeviationPerFeature, recurrent: recurrent)
        if case .actionValues(let values) = distribution, values.isDueling { architecture.valueOutputs = values.atoms }
        change(&architecture)
        var random = RandomStream(seed: 7, name: name)
        var network = ActorCritic(architecture)
        for index in network.parameters.indices { network.parameters[index] = scale * random.nextNormal() }
        do {
            var policy = try Policy(
                observationSpace: Box(-100...100, shape: observations), actionSpace: actions,
                distribution: distribution, network: network,
                observationNormalizer: normalizer.map {
                    ObservationNormalizer(moments: Self.moments(width, &random), limit: limit, formula: $0)
                }, actionTransform: transform)
            policy.masksActions = masks
            if isNoisy { policy.noise = ParameterNoise(for: network) }
            self.policy = policy
        } catch {
            preconditionFailure("\(name): \(error)")
        }
    }

    /// Takes a policy as it is.
    public init(_ name: String, _ policy: Policy) {
        description = name
        self.policy = policy
    }

    /// Statistics whose means are far from 0 and large against the deviations in one column.
    private static func moments(_ width: Int, _ random: inout RandomStream) -> RunningMoments {
        var moments = RunningMoments(width: width)
        let rows = (0..<64 * width).map { place in
            let column = place % width
            return (column == 0 ? 1e4 : 3 * Float(column)) + (0.5 + Float(column)) * random.nextNormal()
        }
        moments.update(rows, count: 64)
        return moments
    }
}

extension SamplePolicy {
    private static let box = ActionSpace.box(Box(low: [-2, 0.5, -1], high: [2, 3, 7]))
    private static let partlyInfinite = ActionSpace.box(
        Box(low: [-2, -.infinity, -1], high: [2, 3, .infinity], shape: [3]))

    /// Every kind of policy there is.
    public static let all: [SamplePolicy] = layers + heads + normalised + transformed + recurrent + corners

    /// Layers and nonlinearities.
    private static let layers: [SamplePolicy] =
        Activation.allCases.map { SamplePolicy("activation \($0.rawValue)", .discrete(4), activation: $0) } + [
            SamplePolicy("no hidden layer", .discrete(5), observations: [4], hidden: []),
            SamplePolicy("one hidden layer", .discrete(2), observations: [4], hidden: [7]),
            SamplePolicy("wide layers", .discrete(6), observations: [40], hidden: [130, 70], scale: 0.1),
            SamplePolicy("square layers", .discrete(6), observations: [6], hidden: [6, 6]),
            SamplePolicy("shared value", .discrete(4), value: .shared) {
                $0.headHidden = [9]; $0.headActivation = .elu
            },
            SamplePolicy("separate value", .discrete(4), value: .separate),
            SamplePolicy("observations of two dimensions", .discrete(3), observations: [2, 3]),
        ]

    /// Distributions.
    private static let heads: [SamplePolicy] = [
        SamplePolicy("categorical that counts from 5", .discrete(Discrete(4, start: 5))),
        SamplePolicy("categorical with masks", .discrete(Discrete(4, start: -2)), masks: true),
        SamplePolicy("logits that are all the same", .discrete(4), scale: 0),
        SamplePolicy("multi-categorical", .multiDiscrete([3, 1, 4])),
        SamplePolicy("multi-categorical with masks", .multiDiscrete([3, 2, 4]), masks: true),
        SamplePolicy("diagonal Gaussian", box),
        SamplePolicy("conditional Gaussian", box, .conditionalGaussian(ConditionalGaussian(count: 3))),
        SamplePolicy("squashed Gaussian", box, .squashedGaussian(SquashedGaussian(count: 3))),
        SamplePolicy("deterministic", box, .deterministic(Deterministic(count: 3))),
        SamplePolicy(
            "state-dependent", box, .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 12))),
        SamplePolicy(
            "state-dependent with a limit", box,
            .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 12, meanLimit: 2))),
        SamplePolicy(
            "state-dependent, squashed", box,
            .stateDependentGaussian(
                StateDependentGaussian(count: 3, featureCount: 12, isSquashed: true, meanLimit: 2))),
        SamplePolicy("action values", .discrete(4), .actionValues(ActionValues(count: 4))),
        SamplePolicy("action values with masks", .discrete(4), .actionValues(ActionValues(count: 4)), masks: true),
        SamplePolicy(
            "dueling", .discrete(Discrete(4, start: 1)), .actionValues(ActionValues(count: 4, isDueling: true)),
            value: .shared
        ) { $0.headHidden = [8] },
        SamplePolicy(
            "dueling without hidden layers of the heads", .discrete(3),
            .actionValues(ActionValues(count: 3, isDueling: true)), value: .separate),
        SamplePolicy(
            "atoms", .discrete(4), .actionValues(ActionValues(count: 4, atoms: 7, low: -10, high: 10))),
        SamplePolicy(
            "dueling atoms", .discrete(4),
            .actionValues(ActionValues(count: 4, atoms: 4, low: -3, high: 10, isDueling: true)), value: .shared),
    ]

    /// Normalisers.
    private static let normalised: [SamplePolicy] = [
        SamplePolicy("normaliser of Gymnasium", .discrete(4), normalizer: .gymnasium),
        SamplePolicy("normaliser without a limit", .discrete(4), normalizer: .gymnasium, limit: .infinity),
        SamplePolicy("normaliser of Stable-Baselines3", .discrete(4), normalizer: .standardScore()),
        SamplePolicy("normaliser of RLlib", box, normalizer: .meanStdFilter()),
        SamplePolicy(
            "normaliser of RLlib without deviations", .discrete(4),
            normalizer: .meanStdFilter(subtractsMean: true, dividesByDeviation: false), limit: .infinity),
    ]

    /// Transforms of actions.
    private static let transformed: [SamplePolicy] = [
        SamplePolicy("no transform", box, transform: ActionTransform.none),
        SamplePolicy("clip", box, transform: .clip),
        SamplePolicy("clip to partly infinite bounds", partlyInfinite, transform: .clip),
        SamplePolicy("rescale", box, transform: .rescale),
        SamplePolicy(
            "actions of two dimensions", .box(Box(-1...2, shape: [2, 2])), normalizer: .gymnasium, transform: .clip),
    ]

    /// Networks with memory.
    private static let recurrent: [SamplePolicy] = [
        SamplePolicy("LSTM", .discrete(4), hidden: [8], recurrent: RecurrentArchitecture(kind: .lstm, width: 6)),
        SamplePolicy(
            "LSTM with masks and a normaliser", .discrete(4), hidden: [],
            recurrent: RecurrentArchitecture(kind: .lstm, width: 5), normalizer: .gymnasium, masks: true),
        SamplePolicy(
            "LSTM, continuous", box, hidden: [8], value: .separate,
            recurrent: RecurrentArchitecture(kind: .lstm, width: 3), transform: .clip),
        SamplePolicy(
            "GRU", .discrete(4), observations: [6], hidden: [8], value: .shared,
            recurrent: RecurrentArchitecture(kind: .gru, width: 6)),
        SamplePolicy(
            "GRU, squashed", box, .squashedGaussian(SquashedGaussian(count: 3)), hidden: [],
            recurrent: RecurrentArchitecture(kind: .gru, width: 4)),
    ]

    /// Spaces without an axis or a choice, layers without others, noise that is not there when acting.
    private static let corners: [SamplePolicy] = [
        SamplePolicy("single numbers", .box(Box(-1...2, shape: [])), observations: [], transform: .rescale),
        SamplePolicy("normalised images", .discrete(3), observations: [2, 2, 3], normalizer: .standardScore()),
        SamplePolicy("one action", .discrete(Discrete(1, start: 3))),
        SamplePolicy("one component", .multiDiscrete([3])),
        SamplePolicy(
            "state-dependent without hidden layers", box,
            .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 4)), observations: [4], hidden: []),
        SamplePolicy(
            "noisy values", .discrete(4), .actionValues(ActionValues(count: 4, isDueling: true)), value: .shared,
            isNoisy: true),
    ]
}
