import Rein
import Testing

@Suite("PPO repeats itself")
struct PPODeterminismTests {
    static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 9
        $0.rolloutLength = 24
        $0.minibatchSize = 150  // Three shards, and a smaller last minibatch.
        $0.epochs = 2
        $0.normalizesObservations = true
        $0.scalesRewards = true
    }

    static func state(
        threads: Int, environment: String = "CartPole-v1", iterations: Int = 3,
        _ change: (inout PPO.Configuration) -> Void = { _ in }
    ) throws -> [StateTree] {
        let algorithm = try PPO(
            environment: EnvironmentRegistry.specification(environment), configuration: configuration.with(change),
            threads: threads)
        for _ in 0..<iterations { _ = try algorithm.train() }
        return [algorithm.state, try #require(algorithm.policy()).state]
    }

    @Test("The same seed gives the same bits", arguments: ["CartPole-v1", "Pendulum-v1"])
    func sameSeed(environment: String) throws {
        #expect(
            try Self.state(threads: 1, environment: environment) == Self.state(threads: 1, environment: environment))
    }

    @Test("Another seed gives another policy")
    func otherSeed() throws {
        #expect(try Self.state(threads: 1) != Self.state(threads: 1) { $0.seed = 4 })
    }

    @Test(
        "1, 2 and 4 threads give the same bits", arguments: ["CartPole-v1", "Pendulum-v1"],
        [ActorCriticArchitecture.ValueNetwork.separate, .shared])
    func threads(environment: String, value: ActorCriticArchitecture.ValueNetwork) throws {
        let one = try Self.state(threads: 1, environment: environment) { $0.network.value = value }
        for threads in [2, 4] {
            #expect(try Self.state(threads: threads, environment: environment) { $0.network.value = value } == one)
        }
    }

    @Test(
        "Before the first gradient step every probability ratio is 1", arguments: ["CartPole-v1", "Pendulum-v1"],
        [false, true])
    func ratioOne(environment: String, normalizes: Bool) throws {
        let algorithm = try PPO(
            environment: EnvironmentRegistry.specification(environment),
            configuration: Self.configuration.with { $0.normalizesObservations = normalizes })
        for _ in 0..<4 {
            let report = try #require(try algorithm.train().policy())
            #expect(try #require(report.metric("firstRatioError")) < 1e-5)
        }
    }
}
