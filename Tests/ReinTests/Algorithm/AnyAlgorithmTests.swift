import ReinTestSupport
import Testing

@testable import Rein

@Suite("Algorithms of some method")
struct AnyAlgorithmTests {
    private static let settings: [String: StateTree] = [
        "ppo": CheckpointTests.configuration.tree, "dqn": Interrupted.dqnSettings.tree,
        "sac": Interrupted.sacSettings.tree,
    ]

    @Test("Each does what the method does: trains, saves, restores, evaluates", arguments: ["ppo", "dqn", "sac"])
    func sameAsTyped(name: String) throws {
        let kind = try AlgorithmKind.named(name)
        #expect(kind.name == name.uppercased())
        let settings = try #require(Self.settings[name])
        func make() throws -> AnyAlgorithm {
            try kind.makeAlgorithm(environment: TrainingEnvironment(named: "CartPole-v1"), settings: settings)
        }
        let (algorithm, twin) = (try make(), try make())
        #expect(algorithm.name == kind.name)
        #expect(try algorithm.settings == kind.resolved(settings))
        _ = try algorithm.train()
        let checkpoint = try algorithm.checkpoint()
        _ = try twin.train()
        try withTemporaryDirectory { directory in
            try twin.save(to: directory + "/a", synchronizing: false)
            let others = [
                try AnyAlgorithm(restoring: checkpoint), try AnyAlgorithm(restoring: directory + "/a", threads: 2),
            ]
            _ = try algorithm.train()
            for other in others {
                _ = try other.train()
                let isSame = try other.checkpoint().algorithmState() == algorithm.checkpoint().algorithmState()
                #expect(isSame && other.policy() == algorithm.policy() && other.counters == algorithm.counters)
                let results = try [other, algorithm].map { try $0.evaluate(episodes: 3, seed: 9) }
                #expect(results[0].episodes.map(\.episode) == results[1].episodes.map(\.episode))
            }
        }
        #expect((algorithm.as(PPO.self) != nil) == (name == "ppo"))
        #expect((algorithm.as(SAC.self) != nil) == (name == "sac"))
    }

    @Test("An unknown method is an error with the nearest name, and a name is taken once")
    func names() throws {
        let error = #expect(throws: StateError.self) { try AlgorithmKind.named("pqo") }
        #expect(error?.message.contains("ppo") == true && error?.code == .notFound)
        #expect(AlgorithmKind.default.name == "PPO")
        let taken = #expect(throws: StateError.self) { try AlgorithmKind.register(PPO.self) }
        #expect(taken?.code == .alreadyExists)
        #expect(AlgorithmKind.all.map(\.name).prefix(3) == ["PPO", "DQN", "SAC"])
    }

    @Test("A checkpoint of a policy alone has no method to go on with")
    func policyAlone() throws {
        let policy = try #require(CheckpointTests.algorithm().policy())
        #expect(throws: StateError.self) { try AnyAlgorithm(restoring: Checkpoint(policy: policy.state)) }
    }
}
