import Foundation
import ReinCheckpoints
import ReinInterop
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinRLlib
import ReinSpaces
import ReinTestSupport

/// A policy that is exported: one of each kind that Rein has, with weights that nothing about is symmetric.
struct ExportedPolicy: Sendable, CustomStringConvertible {
    let description: String
    let policy: Policy

    /// Makes a policy with random weights.
    ///
    /// - Parameters:
    ///   - observations: the shape of observations.
    ///   - normalizer: the formula of its normaliser, nil for none.
    ///   - limit: of the normaliser.
    init(
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

    private init(_ name: String, _ policy: Policy) {
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

extension ExportedPolicy {
    private static let box = ActionSpace.box(Box(low: [-2, 0.5, -1], high: [2, 3, 7]))
    private static let partlyInfinite = ActionSpace.box(
        Box(low: [-2, -.infinity, -1], high: [2, 3, .infinity], shape: [3]))

    /// Every kind of policy there is.
    static let all: [ExportedPolicy] = layers + heads + normalised + transformed + recurrent + corners

    /// Layers and nonlinearities.
    private static let layers: [ExportedPolicy] =
        Activation.allCases.map { ExportedPolicy("activation \($0.rawValue)", .discrete(4), activation: $0) } + [
            ExportedPolicy("no hidden layer", .discrete(5), observations: [4], hidden: []),
            ExportedPolicy("one hidden layer", .discrete(2), observations: [4], hidden: [7]),
            ExportedPolicy("wide layers", .discrete(6), observations: [40], hidden: [130, 70], scale: 0.1),
            ExportedPolicy("square layers", .discrete(6), observations: [6], hidden: [6, 6]),
            ExportedPolicy("shared value", .discrete(4), value: .shared) {
                $0.headHidden = [9]; $0.headActivation = .elu
            },
            ExportedPolicy("separate value", .discrete(4), value: .separate),
            ExportedPolicy("observations of two dimensions", .discrete(3), observations: [2, 3]),
        ]

    /// Distributions.
    private static let heads: [ExportedPolicy] = [
        ExportedPolicy("categorical that counts from 5", .discrete(Discrete(4, start: 5))),
        ExportedPolicy("categorical with masks", .discrete(Discrete(4, start: -2)), masks: true),
        ExportedPolicy("logits that are all the same", .discrete(4), scale: 0),
        ExportedPolicy("multi-categorical", .multiDiscrete([3, 1, 4])),
        ExportedPolicy("multi-categorical with masks", .multiDiscrete([3, 2, 4]), masks: true),
        ExportedPolicy("diagonal Gaussian", box),
        ExportedPolicy("conditional Gaussian", box, .conditionalGaussian(ConditionalGaussian(count: 3))),
        ExportedPolicy("squashed Gaussian", box, .squashedGaussian(SquashedGaussian(count: 3))),
        ExportedPolicy("deterministic", box, .deterministic(Deterministic(count: 3))),
        ExportedPolicy(
            "state-dependent", box, .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 12))),
        ExportedPolicy(
            "state-dependent with a limit", box,
            .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 12, meanLimit: 2))),
        ExportedPolicy(
            "state-dependent, squashed", box,
            .stateDependentGaussian(
                StateDependentGaussian(count: 3, featureCount: 12, isSquashed: true, meanLimit: 2))),
        ExportedPolicy("action values", .discrete(4), .actionValues(ActionValues(count: 4))),
        ExportedPolicy("action values with masks", .discrete(4), .actionValues(ActionValues(count: 4)), masks: true),
        ExportedPolicy(
            "dueling", .discrete(Discrete(4, start: 1)), .actionValues(ActionValues(count: 4, isDueling: true)),
            value: .shared
        ) { $0.headHidden = [8] },
        ExportedPolicy(
            "dueling without hidden layers of the heads", .discrete(3),
            .actionValues(ActionValues(count: 3, isDueling: true)), value: .separate),
        ExportedPolicy(
            "atoms", .discrete(4), .actionValues(ActionValues(count: 4, atoms: 7, low: -10, high: 10))),
        ExportedPolicy(
            "dueling atoms", .discrete(4),
            .actionValues(ActionValues(count: 4, atoms: 4, low: -3, high: 10, isDueling: true)), value: .shared),
    ]

    /// Normalisers.
    private static let normalised: [ExportedPolicy] = [
        ExportedPolicy("normaliser of Gymnasium", .discrete(4), normalizer: .gymnasium),
        ExportedPolicy("normaliser without a limit", .discrete(4), normalizer: .gymnasium, limit: .infinity),
        ExportedPolicy("normaliser of Stable-Baselines3", .discrete(4), normalizer: .standardScore()),
        ExportedPolicy("normaliser of RLlib", box, normalizer: .meanStdFilter()),
        ExportedPolicy(
            "normaliser of RLlib without deviations", .discrete(4),
            normalizer: .meanStdFilter(subtractsMean: true, dividesByDeviation: false), limit: .infinity),
    ]

    /// Transforms of actions.
    private static let transformed: [ExportedPolicy] = [
        ExportedPolicy("no transform", box, transform: ActionTransform.none),
        ExportedPolicy("clip", box, transform: .clip),
        ExportedPolicy("clip to partly infinite bounds", partlyInfinite, transform: .clip),
        ExportedPolicy("rescale", box, transform: .rescale),
        ExportedPolicy(
            "actions of two dimensions", .box(Box(-1...2, shape: [2, 2])), normalizer: .gymnasium, transform: .clip),
    ]

    /// Networks with memory.
    private static let recurrent: [ExportedPolicy] = [
        ExportedPolicy("LSTM", .discrete(4), hidden: [8], recurrent: RecurrentArchitecture(kind: .lstm, width: 6)),
        ExportedPolicy(
            "LSTM with masks and a normaliser", .discrete(4), hidden: [],
            recurrent: RecurrentArchitecture(kind: .lstm, width: 5), normalizer: .gymnasium, masks: true),
        ExportedPolicy(
            "LSTM, continuous", box, hidden: [8], value: .separate,
            recurrent: RecurrentArchitecture(kind: .lstm, width: 3), transform: .clip),
        ExportedPolicy(
            "GRU", .discrete(4), observations: [6], hidden: [8], value: .shared,
            recurrent: RecurrentArchitecture(kind: .gru, width: 6)),
        ExportedPolicy(
            "GRU, squashed", box, .squashedGaussian(SquashedGaussian(count: 3)), hidden: [],
            recurrent: RecurrentArchitecture(kind: .gru, width: 4)),
    ]

    /// Spaces without an axis or a choice, layers without others, noise that is not there when acting.
    private static let corners: [ExportedPolicy] = [
        ExportedPolicy("single numbers", .box(Box(-1...2, shape: [])), observations: [], transform: .rescale),
        ExportedPolicy("normalised images", .discrete(3), observations: [2, 2, 3], normalizer: .standardScore()),
        ExportedPolicy("one action", .discrete(Discrete(1, start: 3))),
        ExportedPolicy("one component", .multiDiscrete([3])),
        ExportedPolicy(
            "state-dependent without hidden layers", box,
            .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 4)), observations: [4], hidden: []),
        ExportedPolicy(
            "noisy values", .discrete(4), .actionValues(ActionValues(count: 4, isDueling: true)), value: .shared,
            isNoisy: true),
    ]

    /// The policies that real RLlib has saved.
    static func fromRLlib() throws -> [ExportedPolicy] {
        try (RLlibFixture.names + RLlibFixture.actingOnly).map { name in
            ExportedPolicy("RLlib \(name)", try Policy(restoring: RLlibFixture(name).path))
        }
    }

    /// The policies that real Stable-Baselines3 has saved.
    static func fromStableBaselines3() throws -> [ExportedPolicy] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appendingPathComponent("ReinInteropTests/Fixtures/StableBaselines3").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zip") }
        return try names.sorted().map { name in
            ExportedPolicy("Stable-Baselines3 \(name)", try StableBaselines3Agent(opening: "\(folder)/\(name)").policy)
        }
    }
}
