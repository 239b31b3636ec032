import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("PPO with state-dependent exploration")
struct PPOStateDependentTests {
    static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 9
        $0.rolloutLength = 24
        $0.minibatchSize = 150  // Three shards, and a smaller last minibatch.
        $0.epochs = 2
        $0.entropyCoefficient = 0.01
        $0.normalizesObservations = true
        $0.usesStateDependentExploration = true
        $0.explorationInterval = 5
        $0.network.hidden = [16, 8]
        $0.network.logDeviation = -1
    }

    static func algorithm(threads: Int = 1, _ change: (inout PPO.Configuration) -> Void = { _ in }) throws -> PPO {
        try PPO(environment: Pendulum.self, configuration: configuration.with(change), threads: threads)
    }

    static func states(of algorithm: PPO, iterations: Int) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return [algorithm.state, try #require(algorithm.policy()).state]
    }

    /// The gradients of means and log standard deviations, and the loss, with the state-dependent noise of
    /// `StateDependentGaussian`.
    static func gradients(
        _ loss: PPOLoss, features: [Float], logDeviations: [Float], means: [Float], actions: [Float],
        oldLogDensities: [Float], advantages: [Float]
    ) -> (loss: Double, means: [Float], deviations: [Float], sums: PPOSums) {
        let rows = advantages.count
        let count = means.count / rows
        let distribution = StateDependentGaussian(count: count, featureCount: features.count / rows)
        let samples = LossSamples(
            heads: means, actions: actions, oldLogDensities: oldLogDensities, advantages: advantages)
        var (gradient, sums): ([Float], PPOSums) = ([], PPOSums())
        let deviationGradient = PPODeviations.evaluate(logDeviations) { deviations in
            (gradient, sums) = samples.evaluate {
                loss.stateDependent(
                    distribution, $0, features: features, deviations: deviations,
                    work: PPOStateDependentScratch(distribution, rows: rows), sums: &$1)
            }
        }
        let total = (sums.policyLoss - Double(loss.entropyCoefficient) * sums.entropy) / Double(rows)
        return (total, gradient, deviationGradient, sums)
    }

    static func loss(rows: Int, entropyCoefficient: Float = 0.01) -> PPOLoss {
        PPOLoss(
            clipRange: 0.2, entropyCoefficient: entropyCoefficient, klCoefficient: 0, valueLossCoefficient: 0.5,
            weight: 1 / Float(rows))
    }

    @Test("Loss and gradients are those of Stable-Baselines3")
    func reference() {
        // The loss of PPO.train with StateDependentNoiseDistribution(2) of Stable-Baselines3 2.9.2, differentiated by
        // PyTorch in double precision.
        let result = Self.gradients(
            Self.loss(rows: 3), features: [0.5, -0.2, 0.9, 0.1, -0.7, 0.3, 0.0, 0.8, 0.05, -0.95, 0.4, -0.6],
            logDeviations: [-0.5, -1.0, -2.0, 0.3, -1.2, -0.7, 0.1, -3.0], means: [0.3, -0.6, 1.1, 0.2, -0.4, 0.9],
            actions: [0.1, -0.9, 1.5, 0.8, -1.2, 0.7],
            oldLogDensities: [-0.593_655_326_7, -2.247_844_260_3, -2.313_374_996_4], advantages: [1, 0.5, -2])
        #expect(abs(result.loss - 0.065_493_837_169) < 1e-6)
        #expect(
            CentralDifferences.relativeError(
                result.means, [0.355_468_781_8, 0.310_364_429_1, 0, 0, -1.023_129_557_1, -0.071_593_051_4]) < 1e-5)
        #expect(
            CentralDifferences.relativeError(
                result.deviations,
                [
                    0.124_882_463_6, 0.023_284_072_5, 0.008_418_481_6, -0.527_829_470_2, 0.106_468_134_6,
                    0.129_924_427_8, 0.211_490_519_2, -0.000_318_573_2,
                ]) < 1e-5)
    }

    @Test("Policy loss and gradients equal central differences", arguments: [0, 0.05] as [Float])
    func gradient(entropyCoefficient: Float) {
        let (rows, count, width) = (30, 2, 5)
        var random = RandomStream(seed: 12, name: "loss")
        let features = (0..<rows * width).map { _ in random.nextNormal() }
        let deviations = (0..<width * count).map { _ in -1 + 0.5 * random.nextNormal() }
        let means = (0..<rows * count).map { _ in random.nextNormal() }
        let actions = means.map { $0 + 1.2 * random.nextNormal() }
        let advantages = (0..<rows).map { _ in random.nextNormal() }
        func variance(_ row: Int, _ dimension: Int, _ deviations: [Double]) -> Double {
            (0..<width).reduce(1e-6) { sum, feature in
                let h = Double(features[row * width + feature])
                return sum + h * h * exp(2 * deviations[feature * count + dimension])
            }
        }
        func logDensity(_ row: Int, _ means: [Double], _ deviations: [Double]) -> Double {
            (0..<count).reduce(0.0) { sum, dimension in
                let v = variance(row, dimension, deviations)
                let difference = Double(actions[row * count + dimension]) - means[row * count + dimension]
                return sum - 0.5 * difference * difference / v - 0.5 * log(2 * Double.pi * v)
            }
        }
        let point = (means + deviations).map { Double($0) }
        let oldLogDensities = (0..<rows).map { row in
            Float(logDensity(row, Array(point.prefix(rows * count)), Array(point.suffix(width * count))))
                + 0.25 * random.nextNormal()
        }
        let loss = Self.loss(rows: rows, entropyCoefficient: entropyCoefficient)
        func total(_ point: [Double]) -> Double {
            let (m, d) = (Array(point.prefix(rows * count)), Array(point.suffix(width * count)))
            return (0..<rows).reduce(0.0) { sum, row in
                let ratio = exp(logDensity(row, m, d) - Double(oldLogDensities[row]))
                let entropy = (0..<count).reduce(0.0) {
                    $0 + 0.5 + 0.5 * log(2 * Double.pi * variance(row, $1, d))
                }
                return sum + PPOLossTests.surrogate(ratio, Double(advantages[row]))
                    - Double(entropyCoefficient) * entropy
            } / Double(rows)
        }
        let result = Self.gradients(
            loss, features: features, logDeviations: deviations, means: means, actions: actions,
            oldLogDensities: oldLogDensities, advantages: advantages)
        #expect(abs(result.loss - total(point)) < 3e-6)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(result.means + result.deviations, expected) < 1e-5)
        #expect(result.sums.clipped > 0, "the samples must reach both sides of the clip")
    }

    @Test("Before the first gradient step every probability ratio is 1", arguments: [nil, 1, 7] as [Int?])
    func ratioOne(interval: Int?) throws {
        for value in [ActorCriticArchitecture.ValueNetwork.separate, .shared] {
            let algorithm = try Self.algorithm {
                $0.explorationInterval = interval
                $0.network.value = value
            }
            for _ in 0..<3 {
                let report = try #require(try algorithm.train().policy())
                #expect(try #require(report.metric("firstRatioError")) < 1e-5)
            }
        }
    }

    @Test("The deviations are learnt, and the seed decides everything")
    func deviations() throws {
        let algorithm = try Self.algorithm()
        let before = try #require(algorithm.policy()).network
        #expect(before.logDeviationRange.count == 8)
        #expect(before.parameters[before.logDeviationRange].allSatisfy { $0 == -1 })
        let states = try Self.states(of: algorithm, iterations: 2)
        let after = try #require(algorithm.policy()).network
        #expect(after.parameters[after.logDeviationRange].allSatisfy { $0 != -1 && $0.isFinite })
        #expect(try Self.states(of: Self.algorithm(), iterations: 2) == states)
        #expect(try Self.states(of: Self.algorithm { $0.seed = 4 }, iterations: 2) != states)
    }

    @Test(
        "1, 2 and 4 threads give the same bits",
        arguments: [ActorCriticArchitecture.ValueNetwork.separate, .shared])
    func threads(value: ActorCriticArchitecture.ValueNetwork) throws {
        let one = try Self.states(of: Self.algorithm { $0.network.value = value }, iterations: 3)
        for threads in [2, 4] {
            let algorithm = try Self.algorithm(threads: threads) { $0.network.value = value }
            #expect(try Self.states(of: algorithm, iterations: 3) == one)
        }
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
            #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
        }
    }

    @Test("A checkpoint whose policy explores in another way than its settings is refused")
    func otherPolicy() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            for change in [
                { $0.usesStateDependentExploration = false }, { $0.explorationInterval = nil },
            ] as [(inout PPO.Configuration) -> Void] {
                let other = try Self.algorithm(change)
                try CheckpointDirectory.writeAlgorithm(
                    to: directory + "/mixed", format: .native, algorithm: algorithm.state,
                    policies: [(.default, try #require(other.policy()).state)], replacingExisting: true)
                let error = try #require(throws: StateError.self) { try PPO(restoring: directory + "/mixed") }
                #expect(error.path.hasPrefix("policies/"), "\(error)")
            }
        }
    }

    @Test("A continuous identity is learnt within 1,000 steps' worth of iterations")
    func identity() throws {
        let algorithm = try PPO(
            environment: ContinuousIdentity.self,
            configuration: PPO.Configuration(seed: 1).with {
                $0.rolloutLength = 8
                $0.minibatchSize = 32
                $0.epochs = 20
                $0.learningRate = 5e-3
                $0.discount = 0.4
                $0.usesStateDependentExploration = true
                $0.explorationInterval = 4
                $0.network.hidden = [16]
                $0.network.logDeviation = -1
            })
        for _ in 0..<15 { _ = try algorithm.train() }
        #expect(algorithm.counters.environmentSteps <= 1_000)
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: EnvironmentSpecification(ContinuousIdentity.self), seed: 5)
            .episodes(3, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }

    @Test("Discrete actions and settings that do not go together are refused, by their keys")
    func configurationErrors() throws {
        let discrete = try #require(throws: ConfigurationError.self) {
            try PPO(environment: CartPole.self, configuration: Self.configuration)
        }
        #expect(discrete.key == "usesStateDependentExploration")
        let penalty = try #require(throws: ConfigurationError.self) {
            try Self.configuration.with { $0.klCoefficient = 0.2 }.validate()
        }
        #expect(penalty.key == "klCoefficient")
        let interval = try #require(throws: ConfigurationError.self) {
            try PPO.Configuration(overlaying: JSON.parse(#"{"explorationInterval": 0}"#))
        }
        #expect(interval.key == "explorationInterval")
        let parsed = try PPO.Configuration(
            overlaying: JSON.parse(#"{"usesStateDependentExploration": true, "explorationInterval": 4}"#))
        #expect(parsed.usesStateDependentExploration && parsed.explorationInterval == 4)
        #expect(try PPO.Configuration(overlaying: parsed.tree) == parsed)
    }

    @Test("Weights may be drawn as PyTorch does")
    func uniformWeights() throws {
        let policy = try #require(Self.algorithm { $0.network.hasOrthogonalWeights = false }.policy())
        let network = policy.network
        for layer in network.policy.layers {
            let bound = 1 / Float(layer.inputs).squareRoot()
            let values = network.parameters[layer.offset..<layer.endOffset]
            #expect(values.allSatisfy { abs($0) <= bound })
            #expect(values.contains { abs($0) > 0.5 * bound })
        }
        #expect(network.parameters[network.logDeviationRange].allSatisfy { $0 == -1 })
    }
}
