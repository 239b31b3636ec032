import ReinTestSupport
import Testing

@testable import Rein

@Suite("Discrete SAC learns games under masks")
struct SACMaskLearningTests {
    /// How many of 200 games `player_1` wins against random moves, with its best actions.
    static func wins(_ policy: Policy) throws -> Int {
        let result = try MultiAgentEvaluator(environment: MultiAgentSpecification(TicTacToe.self), seed: 1000)
            .evaluate(
                ["main": .policy(policy, explores: false), "luck": .random],
                mapping: ["player_1": "main", "*": "luck"], episodes: 200)
        return result.parts(of: "main", as: "player_1").count { $0.totalReward > 0 }
    }

    /// With 0.98 log 9 in every state, whatever is valid there, the temperature rose to 332 in 20,000 steps, and the
    /// policy won as often as random moves do.
    @Test("At the default target entropy the temperature settles, and TicTacToe is learnt by self-play in 10,000 steps")
    func ticTacToe() throws {
        let rate: Schedule = .piecewise([
            .init(step: 0, value: 1e-3), .init(step: 6000, value: 1e-3), .init(step: 10_000, value: 1e-4),
        ])
        let configuration = SAC.Configuration(seed: 1).with {
            $0.network.hidden = [64, 64]
            $0.batchSize = 64
            $0.stepCount = 3
            $0.actorLearningRate = rate
            $0.criticLearningRate = rate
            $0.temperatureLearningRate = 1e-3
        }
        let algorithm = try SAC(environment: TicTacToe.self, configuration: configuration)
        var temperature = Double.infinity
        for _ in 0..<10 {
            temperature = try #require(try algorithm.train().policies.first?.metric("temperature"))
        }
        // Exact soft values give such a policy a temperature of 1.35.
        #expect((1...2.5).contains(temperature), "\(temperature)")
        let policy = try #require(algorithm.policy())
        let wins = try Self.wins(policy)
        #expect(wins >= 190, "\(wins)")
    }

    /// Games of up to 42 moves: where entropy was worth more the longer a game lasts, the temperature rose by a third in
    /// every 1,000 steps at the defaults, to 22 after 10,000 of them, and the entropy fell.
    @Test("It settles where games are long, too")
    func connectFour() throws {
        let configuration = SAC.Configuration(seed: 1).with {
            $0.network.hidden = [32, 32]
            $0.batchSize = 64
            $0.actorLearningRate = 1e-3
            $0.criticLearningRate = 1e-3
            $0.temperatureLearningRate = 5e-3
        }
        let algorithm = try SAC(environment: ConnectFour.self, configuration: configuration)
        var temperatures: [Double] = []
        for _ in 0..<4 {
            temperatures.append(try #require(try algorithm.train().policies.first?.metric("temperature")))
        }
        #expect(temperatures.allSatisfy { $0 < 5 }, "\(temperatures)")
        #expect(temperatures[3] < 1.2 * temperatures[2], "\(temperatures)")
    }
}
