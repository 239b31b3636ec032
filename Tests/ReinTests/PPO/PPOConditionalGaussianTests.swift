import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("PPO with deviations from the policy head")
struct PPOConditionalGaussianTests {
    static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 9
        $0.rolloutLength = 24
        $0.minibatchSize = 150  // Three shards, and a smaller last minibatch.
        $0.epochs = 2
        $0.entropyCoefficient = 0.01
        $0.klCoefficient = 0.2
        $0.normalizesObservations = true
        $0.network.hidden = [16, 8]
        $0.network.hasDeviationHead = true
        $0.network.logDeviation = -0.5
    }

    static func algorithm(threads: Int = 1, _ change: (inout PPO.Configuration) -> Void = { _ in }) throws -> PPO {
        try PPO(environment: Pendulum.self, configuration: configuration.with(change), threads: threads)
    }

    static func states(of algorithm: PPO, iterations: Int) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return [algorithm.state, try #require(algorithm.policy()).state]
    }

    @Test("Policy loss and gradient equal central differences", arguments: [0, 0.05] as [Float], [0, 0.3] as [Float])
    func gradient(entropyCoefficient: Float, klCoefficient: Float) {
        let (rows, count) = (30, 2)
        let width = 2 * count
        var random = RandomStream(seed: 12, name: "loss")
        let oldHeads = (0..<rows * width).map { index in
            (index % width < count ? 1 : 0.3) * random.nextNormal()
        }
        let heads = oldHeads.map { $0 + 0.2 * random.nextNormal() }
        let actions = (0..<rows * count).map { index in
            let mean = index / count * width + index % count
            return oldHeads[mean] + exp(oldHeads[mean + count]) * random.nextNormal()
        }
        let advantages = (0..<rows).map { _ in random.nextNormal() }
        func logDensity(_ row: Int, _ heads: [Double]) -> Double {
            (0..<count).reduce(0.0) { sum, dimension in
                let (mean, deviation) = (heads[row * width + dimension], heads[row * width + count + dimension])
                let z = (Double(actions[row * count + dimension]) - mean) / exp(deviation)
                return sum - 0.5 * z * z - deviation - 0.5 * log(2 * Double.pi)
            }
        }
        let old = oldHeads.map { Double($0) }
        let oldLogDensities = (0..<rows).map { Float(logDensity($0, old)) }
        let loss = PPOLoss(
            clipRange: 0.2, entropyCoefficient: entropyCoefficient, klCoefficient: klCoefficient,
            valueLossCoefficient: 0.5, weight: 1 / Float(rows))
        func divergence(_ row: Int, _ heads: [Double]) -> Double {
            (0..<count).reduce(0.0) { sum, dimension in
                let (mean, deviation) = (row * width + dimension, row * width + count + dimension)
                let distance = old[mean] - heads[mean]
                let spread = exp(2 * old[deviation]) + distance * distance
                return sum + heads[deviation] - old[deviation] + spread / (2 * exp(2 * heads[deviation])) - 0.5
            }
        }
        func total(_ heads: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let ratio = exp(logDensity(row, heads) - Double(oldLogDensities[row]))
                let entropy = (0..<count).reduce(0.0) {
                    $0 + heads[row * width + count + $1] + 0.5 + 0.5 * log(2 * Double.pi)
                }
                return sum + PPOLossTests.surrogate(ratio, Double(advantages[row]))
                    - Double(entropyCoefficient) * entropy + Double(klCoefficient) * divergence(row, heads)
            } / Double(rows)
        }
        let samples = LossSamples(
            heads: heads, oldHeads: oldHeads, actions: actions, oldLogDensities: oldLogDensities, advantages: advantages
        )
        let (gradient, sums) = samples.evaluate {
            loss.conditionalGaussian(ConditionalGaussian(count: count), $0, sums: &$1)
        }
        let point = heads.map { Double($0) }
        let measured =
            (sums.policyLoss - Double(entropyCoefficient) * sums.entropy + Double(klCoefficient) * sums.penalty)
            / Double(rows)
        #expect(abs(measured - total(point)) < 2e-5, "\(measured), \(total(point))")
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient, expected) < 2e-5)
        #expect(sums.clipped > 0, "the samples must reach both sides of the clip")
        #expect(sums.klDivergence > 0)
    }

    @Test("The first head's rows are alike, with the deviations' biases around the first log deviation")
    func initialization() throws {
        let network = try #require(Self.algorithm().policy()).network
        #expect(network.architecture.outputs == 2 && network.logDeviationRange.isEmpty)
        let head = try #require(network.policy.layers.last)
        let weight = network.parameters[head.offset..<head.biasOffset]
        let bias = Array(network.parameters[head.biasOffset..<head.endOffset])
        #expect(bias == [0, -0.5])
        #expect(weight.allSatisfy { abs($0) <= 0.011 } && weight.contains { $0 != 0 })
        let uniform = try #require(
            Self.algorithm { $0.network.hasOrthogonalWeights = false }.policy()
        ).network
        let bound = 1 / Float(head.inputs).squareRoot()
        let biases = Array(uniform.parameters[head.biasOffset..<head.endOffset])
        #expect(abs(biases[0]) <= bound && abs(biases[1] + 0.5) <= bound)
    }

    @Test(
        "Before the first gradient step every probability ratio is 1",
        arguments: [ActorCriticArchitecture.ValueNetwork.separate, .shared], NetworkConfiguration.Recurrence.allCases)
    func ratioOne(value: ActorCriticArchitecture.ValueNetwork, recurrent: NetworkConfiguration.Recurrence) throws {
        let algorithm = try Self.algorithm {
            $0.network.value = value
            $0.network.recurrent = recurrent
            $0.network.recurrentWidth = 8
            $0.sequenceLength = 6
            $0.minibatchSize = 60
        }
        for _ in 0..<3 {
            let report = try #require(try algorithm.train().policy())
            #expect(try #require(report.metric("firstRatioError")) < 1e-5)
        }
    }

    @Test("The deviations are learnt and differ from state to state, and the seed decides everything")
    func deviations() throws {
        let algorithm = try Self.algorithm()
        let states = try Self.states(of: algorithm, iterations: 2)
        let policy = try #require(algorithm.policy())
        let outputs = [[1, 0, 0.5], [-1, 0, -3]].map { policy.outputs(for: $0) }
        #expect(outputs.allSatisfy { $0.count == 2 && $0[1].isFinite && $0[1] != -0.5 })
        #expect(outputs[0][1] != outputs[1][1])
        let isRepeated = try Self.states(of: Self.algorithm(), iterations: 2) == states
        #expect(isRepeated)
        let isOther = try Self.states(of: Self.algorithm { $0.seed = 4 }, iterations: 2) != states
        #expect(isOther)
    }

    @Test("1 and 2 threads give the same bits", arguments: [ActorCriticArchitecture.ValueNetwork.separate, .shared])
    func threads(value: ActorCriticArchitecture.ValueNetwork) throws {
        let one = try Self.states(of: Self.algorithm { $0.network.value = value }, iterations: 3)
        let two = try Self.states(of: Self.algorithm(threads: 2) { $0.network.value = value }, iterations: 3)
        let areEqual = one == two
        #expect(areEqual)
    }

    @Test(
        "Saving, restoring and going on gives the files of an uninterrupted run", arguments: CheckpointFormat.allCases)
    func resume(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let whole = try Self.algorithm()
            _ = try Self.states(of: whole, iterations: 4)
            try whole.save(to: directory + "/whole", format: format)
            let first = try Self.algorithm()
            _ = try Self.states(of: first, iterations: 2)
            try first.save(to: directory + "/half", format: format)
            let second = try PPO(restoring: directory + "/half", threads: 2)
            _ = try Self.states(of: second, iterations: 2)
            try second.save(to: directory + "/resumed", format: format)
            let areEqual = try files(below: directory + "/resumed") == files(below: directory + "/whole")
            #expect(areEqual)
            let policy = try Policy(restoring: directory + "/resumed")
            #expect(policy.distribution == .conditionalGaussian(ConditionalGaussian(count: 1)))
        }
    }

    @Test("A checkpoint whose policy has deviations of another kind than its settings is refused")
    func otherPolicy() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            let other = try Self.algorithm { $0.network.hasDeviationHead = false }
            try CheckpointDirectory.writeAlgorithm(
                to: directory + "/mixed", format: .native, algorithm: algorithm.state,
                policies: [(.default, try #require(other.policy()).state)], replacingExisting: true)
            let error = try #require(throws: StateError.self) { try PPO(restoring: directory + "/mixed") }
            #expect(error.path.hasPrefix("policies/"), "\(error)")
        }
    }

    @Test("A continuous identity is learnt")
    func identity() throws {
        let algorithm = try PPO(
            environment: ContinuousIdentity.self,
            configuration: PPO.Configuration(seed: 1).with {
                $0.rolloutLength = 8
                $0.minibatchSize = 32
                $0.epochs = 20
                $0.learningRate = 3e-3
                $0.discount = 0.4
                $0.network.hidden = [16]
                $0.network.hasDeviationHead = true
                $0.network.logDeviation = -1
            })
        for _ in 0..<30 { _ = try algorithm.train() }
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: EnvironmentSpecification(ContinuousIdentity.self), seed: 5)
            .episodes(3, of: policy)
        // A policy that does nothing gets 50 of 100.
        #expect(episodes.allSatisfy { $0.totalReward >= 80 }, "\(episodes)")
    }

    @Test("Discrete actions have no deviations, so the setting has no effect on them")
    func discrete() throws {
        let algorithm = try PPO(environment: CartPole.self, configuration: Self.configuration)
        #expect(algorithm.policy()?.distribution == .categorical(Categorical(count: 2)))
        _ = try algorithm.train()
    }

    @Test("Settings that do not go together, and methods without the setting, are refused by their keys")
    func configurationErrors() throws {
        let both = try #require(throws: ConfigurationError.self) {
            try Self.configuration.with {
                $0.klCoefficient = 0
                $0.usesStateDependentExploration = true
            }.validate()
        }
        #expect(both.key == "network.hasDeviationHead")
        let tree = try JSON.parse(#"{"network": {"hasDeviationHead": true}}"#)
        let parsed = try PPO.Configuration(overlaying: tree)
        #expect(parsed.network.hasDeviationHead)
        #expect(try PPO.Configuration(overlaying: parsed.tree) == parsed)
        let sac = try #require(throws: ConfigurationError.self) { try SAC.Configuration(overlaying: tree) }
        #expect(sac.key == "network.hasDeviationHead" && sac.problem.contains("PPO"))
        let dqn = try #require(throws: ConfigurationError.self) { try DQN.Configuration(overlaying: tree) }
        #expect(dqn.key == "network.hasDeviationHead" && dqn.problem.contains("discrete"))
    }
}
