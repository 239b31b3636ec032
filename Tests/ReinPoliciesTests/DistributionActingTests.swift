import CAllocationCounter
import Rein
import Testing

@testable import ReinPolicies

/// What every kind of distribution does alike when it acts.
@Suite("Acting by every kind of distribution")
struct DistributionActingTests {
    /// A kind with policies to act with, from a network whose heads are far from 0.
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let policy: Policy

        init(
            _ name: String, _ actions: ActionSpace, _ distribution: ActionDistribution, explorationRate: Double = 0,
            _ change: (inout ActorCriticArchitecture) -> Void = { _ in }
        ) {
            testDescription = name
            var architecture = ActorCriticArchitecture(
                inputs: 3, outputs: distribution.headWidth, hidden: [6], value: .none)
            change(&architecture)
            var network = ActorCritic(architecture)
            var random = RandomStream(seed: 7, name: "parameters")
            for index in network.parameters.indices { network.parameters[index] = 0.7 * random.nextNormal() }
            do {
                var policy = try Policy(
                    observationSpace: Box(-1...1, shape: [3]), actionSpace: actions, distribution: distribution,
                    network: network)
                policy.explorationRate = explorationRate
                self.policy = policy
            } catch {
                preconditionFailure("\(error)")
            }
        }
    }

    private static let box = ActionSpace.box(Box(-2...2, shape: [3]))
    private static let values = ActionValues(count: 4)

    static let kinds = [
        Kind("categorical", .discrete(4), .categorical(Categorical(count: 4))),
        Kind("multi-categorical", .multiDiscrete([3, 1, 2]), .multiCategorical(MultiCategorical(counts: [3, 1, 2]))),
        Kind("diagonal Gaussian", box, .diagonalGaussian(DiagonalGaussian(count: 3))) { $0.hasLogDeviation = true },
        Kind("conditional Gaussian", box, .conditionalGaussian(ConditionalGaussian(count: 3))),
        Kind("squashed Gaussian", box, .squashedGaussian(SquashedGaussian(count: 3))),
        Kind("deterministic", box, .deterministic(Deterministic(count: 3))),
        Kind("state-dependent", box, .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 6))) {
            $0.hasLogDeviation = true
            $0.hasLogDeviationPerFeature = true
        },
        Kind(
            "state-dependent, squashed", box,
            .stateDependentGaussian(StateDependentGaussian(count: 3, featureCount: 6, isSquashed: true, meanLimit: 2))
        ) {
            $0.hasLogDeviation = true
            $0.hasLogDeviationPerFeature = true
        },
        Kind("action values", .discrete(4), .actionValues(values)),
        Kind("action values that explore", .discrete(4), .actionValues(values), explorationRate: 0.5),
        Kind(
            "action values of atoms", .discrete(4),
            .actionValues(ActionValues(count: 4, atoms: 5, low: -1, high: 1)), explorationRate: 0.25),
    ]

    static let rows = 9

    static func observations() -> [Float] {
        var random = RandomStream(seed: 8, name: "observations")
        return (0..<3 * rows).map { _ in random.nextNormal() }
    }

    static func streams() -> [RandomStream] { (0..<rows).map { RandomStream(seed: 9, name: "actions", index: $0) } }

    /// Masks that leave every second choice, and the first one of each component.
    static func masks(_ space: ActionSpace) -> [Bool]? {
        guard space.isDiscrete else { return nil }
        let starts: Set<Int> =
            if case .multiDiscrete(let components) = space {
                Set(components.counts.indices.map { components.counts[..<$0].reduce(0, +) })
            } else {
                [0]
            }
        return (0..<rows).flatMap { row in
            (0..<space.maskWidth).map { starts.contains($0) || ($0 + row).isMultiple(of: 2) }
        }
    }

    private static func numbers(_ action: Action) -> [Float] {
        switch action {
        case .discrete(let index): [Float(index)]
        case .multiDiscrete(let indices): indices.map { Float($0) }
        case .continuous(let elements): elements
        }
    }

    @Test("One observation alone and many at once give the same bits, likely or drawn, masked or not", arguments: kinds)
    func sameBits(kind: Kind) {
        let policy = kind.policy
        let width = policy.actionSpace.width
        let observations = Self.observations()
        for masks in [nil, Self.masks(policy.actionSpace)] {
            let inference = PolicyInference(policy, rows: Self.rows)
            var modes = [Float](repeating: .nan, count: Self.rows * width)
            var draws = modes
            var streams = Self.streams()
            inference.act(rows: Self.rows, observations: observations, masks: masks, into: &modes)
            inference.sample(
                rows: Self.rows, observations: observations, masks: masks, into: &draws, using: &streams)
            for row in 0..<Self.rows {
                let observation = Array(observations[row * 3..<row * 3 + 3])
                let mask = masks.map {
                    Array($0[row * policy.actionSpace.maskWidth..<(row + 1) * policy.actionSpace.maskWidth])
                }
                let mode = Self.numbers(policy.action(for: observation, mask: mask))
                #expect(mode == Array(modes[row * width..<(row + 1) * width]))
                var stream = Self.streams()[row]
                let draw = Self.numbers(policy.sampleAction(for: observation, mask: mask, using: &stream))
                #expect(draw == Array(draws[row * width..<(row + 1) * width]))
                #expect(stream == streams[row])
                for action in [mode, draw] {
                    if let mask { Self.expectValid(action, mask, policy.actionSpace) }
                }
            }
        }
    }

    private static func expectValid(_ action: [Float], _ mask: [Bool], _ space: ActionSpace) {
        var base = 0
        let counts = if case .multiDiscrete(let components) = space { components.counts } else { [mask.count] }
        for (choice, count) in zip(action, counts) {
            #expect(mask[base + Int(choice)])
            base += count
        }
    }

    @Test("Whether log-densities are asked for does not change what is drawn", arguments: kinds)
    func withoutDensities(kind: Kind) {
        let policy = kind.policy
        let acting = policy.distribution
        let width = policy.distribution.actionWidth
        var actions = [
            [Float](repeating: 0, count: Self.rows * width), [Float](repeating: 0, count: Self.rows * width),
        ]
        var densities = [Float](repeating: .nan, count: Self.rows)
        var scratch = [Float](repeating: 0, count: max(1, acting.scratchCount(rows: Self.rows)))
        let memory = AlignedBuffer<Float>(count: policy.scratchCount(rows: Self.rows))
        let observations = AlignedBuffer(Self.observations())
        let heads = policy.computeHeads(
            rows: Self.rows, observations: observations.pointer, masks: nil, scratch: memory.pointer, states: nil)
        var streams = Self.streams()
        acting.sample(heads, streams: &streams, scratch: &scratch, into: &actions[0], logDensities: nil)
        streams = Self.streams()
        acting.sample(heads, streams: &streams, scratch: &scratch, into: &actions[1], logDensities: &densities)
        #expect(actions[0] == actions[1])
        let areFinite = densities.allSatisfy(\.isFinite)
        #expect(areFinite)
    }

    @Test(
        "Many observations allocate nothing, likely or drawn", .enabled(if: allocation_counter_is_available() == 1),
        arguments: kinds)
    func allocations(kind: Kind) {
        let inference = PolicyInference(kind.policy, rows: Self.rows)
        let observations = Self.observations()
        var actions = [Float](repeating: 0, count: Self.rows * kind.policy.actionSpace.width)
        var streams = Self.streams()
        func allocations(_ body: () -> Void) -> Int64 {
            body()
            allocation_counter_start()
            for _ in 0..<10 { body() }
            return allocation_counter_stop()
        }
        let likely = allocations { inference.act(rows: Self.rows, observations: observations, into: &actions) }
        #expect(likely == 0)
        let drawn = allocations {
            inference.sample(rows: Self.rows, observations: observations, into: &actions, using: &streams)
        }
        #expect(drawn == 0)
    }
}
