import Rein
import ReinTestSupport
import Testing

@Suite("PPO on environments whose values are known")
struct PPOProbeTests {
    static func configuration(_ seed: Int = 1) -> PPO.Configuration {
        PPO.Configuration(seed: seed).with {
            $0.environmentCount = 8
            $0.rolloutLength = 16
            $0.minibatchSize = 32
            $0.epochs = 4
            $0.learningRate = 5e-3
            $0.network.hidden = [16]
            $0.discount = 0.5
        }
    }

    /// The learnt value of an observation.
    static func value(of observation: [Float], in algorithm: PPO) throws -> Float {
        let policy = try #require(algorithm.policy())
        let workspace = ActorCriticWorkspace(for: policy.network, rows: 1, training: false)
        return policy.network.values(
            rows: 1, input: observation, parameters: policy.network.parameters, workspace: workspace)[0]
    }

    static func train<E: Environment>(
        _ environment: E.Type, iterations: Int = 40, _ change: (inout PPO.Configuration) -> Void = { _ in }
    ) throws -> PPO {
        let algorithm = try PPO(environment: environment, configuration: configuration().with(change))
        for _ in 0..<iterations { _ = try algorithm.train() }
        return algorithm
    }

    @Test("A constant reward is the value")
    func constantReward() throws {
        let algorithm = try Self.train(ConstantReward.self)
        #expect(abs(try Self.value(of: [0], in: algorithm) - 1) < 0.05)
    }

    @Test("A reward that the observation shows is the value of that observation")
    func rewardFromObservation() throws {
        let algorithm = try Self.train(RewardFromObservation.self)
        #expect(abs(try Self.value(of: [1], in: algorithm) - 1) < 0.05)
        #expect(abs(try Self.value(of: [-1], in: algorithm) + 1) < 0.05)
    }

    @Test("A reward one step later is discounted once")
    func delayedReward() throws {
        let algorithm = try Self.train(DelayedReward.self)
        #expect(abs(try Self.value(of: [0], in: algorithm) - 0.5) < 0.05)
        #expect(abs(try Self.value(of: [1], in: algorithm) - 1) < 0.05)
    }

    @Test("The rewarded action is chosen")
    func rewardFromAction() throws {
        let algorithm = try Self.train(RewardFromAction.self)
        #expect(algorithm.policy()?.action(for: [0]) == .discrete(1))
        #expect(abs(try Self.value(of: [0], in: algorithm) - 1) < 0.05)
    }

    @Test(
        "The action that fits the observation is chosen",
        arguments: [ActorCriticArchitecture.ValueNetwork.separate, .shared])
    func rewardFromBoth(value: ActorCriticArchitecture.ValueNetwork) throws {
        let algorithm = try Self.train(RewardFromBoth.self) { $0.network.value = value }
        #expect(algorithm.policy()?.action(for: [1]) == .discrete(1))
        #expect(algorithm.policy()?.action(for: [-1]) == .discrete(0))
    }

    @Test("The identity is learnt within 1,200 steps")
    func identity() throws {
        let algorithm = try Self.train(Identity.self, iterations: 9) {
            $0.discount = 0.4
            $0.epochs = 10
        }
        #expect(algorithm.counters.environmentSteps <= 1_200)
        let specification = EnvironmentSpecification(Identity.self)
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: specification, seed: 5).episodes(3, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }

    @Test("A continuous identity is learnt within 1,000 steps' worth of iterations")
    func continuousIdentity() throws {
        let algorithm = try Self.train(ContinuousIdentity.self, iterations: 15) {
            $0.discount = 0.4
            $0.rolloutLength = 8
            $0.epochs = 20
            $0.network.logDeviation = -1
        }
        #expect(algorithm.counters.environmentSteps <= 1_000)
        let specification = EnvironmentSpecification(ContinuousIdentity.self)
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: specification, seed: 5).episodes(3, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }

    @Test("Without an end, the value is 1 / (1 − γ), since truncation does not end the future")
    func infiniteHorizon() throws {
        let algorithm = try Self.train(EndlessRing.self, iterations: 150) {
            $0.discount = 0.98
            $0.learningRate = 1e-2
            $0.epochs = 8
            $0.network.hidden = [16]
            $0.network.activation = .relu
        }
        let value = try Self.value(of: [1, 0, 0, 0], in: algorithm)
        #expect(abs(value - 50) < 1, "\(value)")
    }
}
