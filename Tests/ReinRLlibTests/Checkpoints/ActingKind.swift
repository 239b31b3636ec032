import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import Testing

/// A policy as training leaves it, of one kind of distribution and one kind of network.
struct ActingKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let policy: Policy

    /// The hidden layers and what is around them.
    enum Body: String, CaseIterable {
        case separate, shared, sharedWithHeads, none, lstm, sharedLSTM, gru, sharedGRU
    }

    private init(_ name: String, _ actions: ActionSpace, _ distribution: ActionDistribution, _ body: Body) throws {
        testDescription = "\(name), \(body.rawValue)"
        let isShared = [.shared, .sharedWithHeads, .sharedLSTM, .sharedGRU].contains(body)
        let isLSTM = body == .lstm || body == .sharedLSTM
        let isGRU = body == .gru || body == .sharedGRU
        var architecture = ActorCriticArchitecture(
            inputs: 3, outputs: distribution.headWidth, hidden: body == .sharedGRU ? [] : [7, 6],
            value: body == .none ? .none : isShared ? .shared : .separate,
            hasLogDeviation: distribution.hasLogDeviation,
            hasLogDeviationPerFeature: distribution.hasLogDeviationPerFeature,
            recurrent: isLSTM || isGRU ? RecurrentArchitecture(kind: isLSTM ? .lstm : .gru, width: 6) : nil)
        if body == .sharedWithHeads {
            architecture.headHidden = [5, 6]
            architecture.headActivation = .relu
        }
        if distribution.isDueling, case .actionValues(let values) = distribution {
            architecture.valueOutputs = values.atoms
        }
        var network = ActorCritic(architecture)
        var random = RandomStream(seed: 7, name: "parameters")
        for index in network.parameters.indices { network.parameters[index] = 0.7 * random.nextNormal() }
        var moments = RunningMoments(width: 3)
        let rows = (0..<30).map { _ in 2 * random.nextNormal() + 0.5 }
        moments.update(rows, count: 10)
        var policy = try Policy(
            observationSpace: Box(-1...1, shape: [3]), actionSpace: actions, distribution: distribution,
            network: network, observationNormalizer: ObservationNormalizer(moments: moments),
            rewardScaler: RewardScaler())
        policy.explorationRate = 0.25
        policy.masksActions = distribution.isDiscrete
        if architecture.recurrent == nil { policy.noise = ParameterNoise(for: network) }
        policy.learnerState = ["optimizer": .tensor(StateTensor(network.parameters, shape: [network.parameters.count]))]
        policy.foreignState = ["other": "program"]
        self.policy = policy
    }

    /// Every distribution with every network that it can have.
    static let all: [ActingKind] = {
        let box = ActionSpace.box(Box(-2...2, shape: [3]))
        let distributions: [(String, ActionSpace, ActionDistribution)] = [
            ("categorical", .discrete(4), .categorical(Categorical(count: 4))),
            ("multi-categorical", .multiDiscrete([3, 1, 2]), .multiCategorical(MultiCategorical(counts: [3, 1, 2]))),
            ("diagonal Gaussian", box, .diagonalGaussian(DiagonalGaussian(count: 3))),
            ("conditional Gaussian", box, .conditionalGaussian(ConditionalGaussian(count: 3))),
            ("squashed Gaussian", box, .squashedGaussian(SquashedGaussian(count: 3))),
            ("deterministic", box, .deterministic(Deterministic(count: 3))),
            ("state-dependent", box, .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 6))),
            (
                "state-dependent, squashed", box,
                .stateDependentGaussian(
                    StateDependentGaussian(count: 3, featureCount: 6, isSquashed: true, meanLimit: 2))
            ),
            ("action values", .discrete(4), .actionValues(ActionValues(count: 4))),
            ("atoms", .discrete(4), .actionValues(ActionValues(count: 4, atoms: 5, low: -1, high: 1))),
            ("dueling", .discrete(4), .actionValues(ActionValues(count: 4, isDueling: true))),
            (
                "dueling atoms", .discrete(4),
                .actionValues(ActionValues(count: 4, atoms: 5, low: -1, high: 1, isDueling: true))
            ),
        ]
        return distributions.flatMap { name, actions, distribution in
            Body.allCases.compactMap { body in
                let isValues = if case .actionValues = distribution { true } else { false }
                if isValues, [.lstm, .sharedLSTM, .gru, .sharedGRU].contains(body) { return nil }
                if distribution.isDueling, body == .none { return nil }
                do {
                    return try ActingKind(name, actions, distribution, body)
                } catch {
                    preconditionFailure("\(name), \(body): \(error)")
                }
            }
        }
    }()

    /// Everything that the policy does with a fixed episode: outputs, most likely actions, drawn ones, with masks and
    /// without; in batches, too.
    static func deeds(of policy: Policy) -> Deeds {
        var random = RandomStream(seed: 8, name: "observations")
        let observations = (0..<9).map { _ in (0..<3).map { _ in random.nextNormal() } }
        var stream = RandomStream(seed: 9, name: "actions")
        var states = [policy.initialState, policy.initialState, policy.initialState]
        var deeds = Deeds()
        var mask: [Bool]?
        if policy.actionSpace.isDiscrete {
            mask = [Bool](repeating: true, count: policy.actionSpace.maskWidth)
            mask?[1] = false
            if case .multiDiscrete = policy.actionSpace { mask = [true, false, true, true, false, true] }
        }
        for observation in observations {
            deeds.outputs.append(policy.outputs(for: observation, state: &states[0]))
            deeds.actions.append(policy.action(for: observation, mask: mask, state: &states[1]))
            deeds.actions.append(policy.sampleAction(for: observation, state: &states[2], using: &stream))
            deeds.actions.append(policy.sampleAction(for: observation, mask: mask, using: &stream))
            deeds.outputs.append(policy.outputs(for: observation))
        }
        deeds.outputs += states
        let inference = PolicyInference(policy, rows: 9)
        var streams = (0..<9).map { RandomStream(seed: 10, name: "rows", index: $0) }
        var actions = [Float](repeating: 0, count: 9 * policy.actionSpace.width)
        let flat = observations.flatMap { $0 }
        for _ in 0..<2 {
            inference.act(rows: 9, observations: flat, into: &actions)
            deeds.outputs.append(actions)
            inference.sample(rows: 9, observations: flat, into: &actions, using: &streams)
            deeds.outputs.append(actions)
        }
        return deeds
    }

    struct Deeds: Equatable {
        var outputs: [[Float]] = []
        var actions: [Action] = []
    }
}
