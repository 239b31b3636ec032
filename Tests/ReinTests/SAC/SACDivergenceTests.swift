import ReinTestSupport
import Testing

@testable import Rein

@Suite("SAC whose parameters are no longer finite")
struct SACDivergenceTests {
    @Test("The error has advice on the method's settings")
    func advice() throws {
        let sac = #expect(throws: TrainingError.self) {
            let algorithm = try SACTests.algorithm("CartPole-v1") { $0.criticLearningRate = 1e38 }
            for _ in 0..<5 { _ = try algorithm.train() }
        }
        #expect(sac?.description.contains("targetEntropy") == true, "\(String(describing: sac))")
        #expect(sac?.description.contains("criticLearningRate") == true)
        let dqn = TrainingError.notFinite(.default, advice: try Self.learner().divergenceAdvice)
        #expect(dqn.description.hasSuffix("and lower learningRate or maximumGradientNorm"))
    }

    private static func learner() throws -> DQNLearner {
        let policy = try #require(try DQN(environment: CartPole.self).policy())
        return DQNLearner(
            for: policy, lanes: RolloutLanes(1), configuration: DQN.Configuration(),
            random: RandomStream(seed: 1, name: "learner"))
    }
}
