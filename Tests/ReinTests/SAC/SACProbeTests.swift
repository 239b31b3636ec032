import Rein
import ReinTestSupport
import Testing

@Suite("SAC on environments whose values are known")
struct SACProbeTests {
    static func train<E: Environment>(
        _ environment: E.Type, iterations: Int, _ change: (inout SAC.Configuration) -> Void = { _ in }
    ) throws -> (algorithm: SAC, report: PolicyReport) {
        let configuration = SAC.Configuration(seed: 1).with {
            $0.stepsPerIteration = 100
            $0.replayCapacity = 2000
            $0.batchSize = 32
            $0.discount = 0.4
            $0.targetUpdateRate = 0.05
            $0.actorLearningRate = 1e-2
            $0.criticLearningRate = 1e-2
            $0.temperatureLearningRate = 1e-2
            $0.initialTemperature = 0.1
            $0.network.hidden = [32]
        }
        let algorithm = try SAC(environment: environment, configuration: configuration.with(change))
        var report = PolicyReport(id: .default)
        for _ in 0..<iterations { report = try #require(try algorithm.train().policy()) }
        return (algorithm, report)
    }

    static func expectSolved(_ algorithm: SAC, _ environment: EnvironmentSpecification) throws {
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: environment, seed: 5).episodes(2, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }

    @Test("A continuous identity is learnt in 500 steps, of which 100 are uniform")
    func continuousIdentity() throws {
        let (algorithm, report) = try Self.train(ContinuousIdentity.self, iterations: 5)
        try Self.expectSolved(algorithm, EnvironmentSpecification(ContinuousIdentity.self))
        #expect(try #require(report.metric("temperature")) < 0.1)
    }

    @Test("A discrete identity is learnt in 400 steps, of which 100 are uniform")
    func identity() throws {
        let (algorithm, _) = try Self.train(Identity.self, iterations: 4) { $0.learnsTemperature = false }
        try Self.expectSolved(algorithm, EnvironmentSpecification(Identity.self))
    }

    @Test("Without an end, the value is 1 / (1 − γ), since truncation does not end the future", arguments: [1, 3])
    func infiniteHorizon(stepCount: Int) throws {
        let (_, report) = try Self.train(EndlessRing.self, iterations: 10) {
            $0.discount = 0.9
            $0.stepCount = stepCount
            $0.targetUpdateRate = 0.1
            $0.initialTemperature = 1e-3
            $0.learnsTemperature = false
            $0.network.hidden = [16]
        }
        let value = try #require(report.metric("meanValue"))
        #expect(abs(value - 10) < 0.5, "\(value)")
    }
}
