import Rein
import Testing

@Suite("PPO beyond the time limit it was trained with")
struct PPOTruncationTests {
    @Test("CartPole trained with episodes of 50 steps balances for hundreds, since truncation is not failure")
    func truncatedCartPole() throws {
        let short = EnvironmentSpecification(CartPole.self, timeLimit: 50)
        let configuration = PPO.Configuration(seed: 2).with {
            $0.environmentCount = 8
            $0.rolloutLength = 128
            $0.minibatchSize = 256
            $0.epochs = 8
            $0.learningRate = .linear(from: 2e-3, to: 0, over: 50_000)
            $0.discount = 0.95
            $0.network.hidden = [32]
        }
        let algorithm = try PPO(environment: short, configuration: configuration)
        for _ in 0..<36 { _ = try algorithm.train() }
        #expect(algorithm.counters.environmentSteps <= 500_000)
        let policy = try #require(algorithm.policy())
        let long = EnvironmentSpecification(CartPole.self, timeLimit: 500)
        let episodes = try Evaluator(environment: long, seed: 3).episodes(10, of: policy)
        let summary = try #require(EpisodeSummary(episodes))
        #expect(summary.returnMean >= 200, "\(summary.returnMean)")
    }
}
