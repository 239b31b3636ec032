import ReinCheckpoints
import ReinNumerics
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Clipped rewards")
struct RewardClipTests {
    /// Episodes of seven steps that pay 3, −0.25, 0 or −5, or what a clip makes of it.
    struct Paying: Environment {
        var clip: RewardClip?
        var time = 0
        var random = NumPyRandom(seed: 0)
        var observationSpace: Box { Box(0...1, shape: [2]) }
        var actionSpace: ActionSpace { .discrete(2) }

        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
            if let seed { random = NumPyRandom(seed: seed) }
            time = 0
            show(into: &observation)
        }

        mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
            let reward = [3, -0.25, 0, -5][min(3, Int(4 * observation[0])) ^ action]
            time += 1
            show(into: &observation)
            let paid: Double =
                switch clip {
                case nil: reward
                case .sign: reward == 0 ? 0 : reward < 0 ? -1 : 1
                case .limit(let limit): max(-limit, min(limit, reward))
                }
            return Step(reward: paid, status: time < 7 ? .running : .terminated)
        }

        private mutating func show(into observation: inout ObservationRow) {
            for element in 0..<2 { observation[element] = Float(random.uniform(0, 1)) }
        }
    }

    /// Learning from clipped rewards is learning in an environment that pays those, but for the returns.
    private static func check<Method: Learner>(
        _ clip: RewardClip, _ configuration: Method.Configuration,
        _ key: WritableKeyPath<Method.Configuration, RewardClip?>, _: Algorithm<Method>.Type
    ) throws {
        var clipped = configuration
        clipped[keyPath: key] = clip
        try clipped.validate()
        for several in [false, true] {
            func environment(_ clip: RewardClip?) -> TrainingEnvironment {
                several
                    ? .multiAgent(
                        MultiAgentSpecification(IndependentAgents<Paying>.self) {
                            IndependentAgents(count: 2) { Paying(clip: clip) }
                        }) : .singleAgent(EnvironmentSpecification(Paying.self) { Paying(clip: clip) })
            }
            func algorithm(_ paid: RewardClip?, _ configuration: Method.Configuration) throws -> Algorithm<Method> {
                try Algorithm<Method>(
                    environment: environment(paid), configuration: configuration,
                    lineup: Lineup(mapping: .all(.default)))
            }
            let one = try algorithm(nil, clipped)
            let (other, raw) = (try algorithm(clip, configuration), try algorithm(nil, configuration))
            for _ in 0..<4 {
                let returns = try [one, other, raw].map { try $0.train().episodes?.returnMean }
                #expect(returns[0] == nil || returns[0] != returns[1])
            }
            let isSame = one.policy()?.network == other.policy()?.network
            #expect(isSame && one.policy()?.network != raw.policy()?.network)
            // Also across a checkpoint.
            try withTemporaryDirectory { directory in
                try one.save(to: directory + "/saved", synchronizing: false)
                let restored = try Algorithm<Method>(restoring: directory + "/saved", environment: environment(nil))
                #expect(restored.configuration[keyPath: key] == clip)
                _ = try restored.train()
                _ = try other.train()
                let isSame = restored.policy()?.network == other.policy()?.network
                #expect(isSame)
            }
        }
    }

    @Test(
        "A policy learns as if they were the environment's, and returns stay as they are",
        arguments: [RewardClip.sign, .limit(0.5), .limit(4)])
    func learning(clip: RewardClip) throws {
        let ppo = EnvironmentFaultTests.ppo.with {
            $0.scalesRewards = false
            $0.rolloutLength = 20
        }
        try Self.check(clip, ppo, \.rewardClip, PPO.self)
        try Self.check(clip, EnvironmentFaultTests.dqn, \.rewardClip, DQN.self)
        try Self.check(clip, EnvironmentFaultTests.sac, \.rewardClip, SAC.self)
    }

    @Test("Signs are exact, and NaN stays NaN")
    func values() {
        var rewards: [Float] = [3, .leastNonzeroMagnitude, 0, -0.0, -1e-6, -.greatestFiniteMagnitude, .nan]
        RewardClip.sign.apply(to: &rewards, count: rewards.count)
        #expect(rewards.prefix(6) == [1, 1, 0, 0, -1, -1] && rewards[6].isNaN)
        rewards = [3, 0.5, -0.25, -7]
        RewardClip.limit(0.5).apply(to: &rewards, count: rewards.count)
        #expect(rewards == [0.5, 0.5, -0.25, -0.5])
    }

    @Test("The setting is a word or a number, and what is neither is refused")
    func setting() throws {
        for (json, expected) in [(#""sign""#, RewardClip.sign), ("2.5", .limit(2.5)), ("3", .limit(3))] {
            let tree = try JSON.parse(Array("{\"rewardClip\": \(json)}".utf8))
            let configuration = try PPO.Configuration(overlaying: tree)
            #expect(configuration.rewardClip == expected)
            #expect(try PPO.Configuration(overlaying: configuration.tree) == configuration)
        }
        let clips: [RewardClip?] = [nil, .sign, .limit(2)]
        for (before, after) in clips.flatMap({ before in clips.map { (before, $0) } }) {
            let base = PPO.Configuration().with { $0.rewardClip = before }
            let change = PPO.Configuration().with { $0.rewardClip = after }.tree[path: ["rewardClip"]] ?? .null
            #expect(try PPO.Configuration(overlaying: ["rewardClip": change], on: base).rewardClip == after)
        }
        let word = #expect(throws: ConfigurationError.self) {
            try PPO.Configuration(
                overlaying: ["rewardClip": "signs"], on: PPO.Configuration().with { $0.rewardClip = .limit(2) })
        }
        #expect(word?.key == "rewardClip" && word?.problem.contains("signs") == true)
        for json in [#""signs""#, "true", "0", "-1", "1e300", "[1]"] {
            let tree = try JSON.parse(Array("{\"rewardClip\": \(json)}".utf8))
            let error = #expect(throws: ConfigurationError.self) {
                try SAC.Configuration(overlaying: tree).validate()
            }
            #expect(error?.key == "rewardClip", "\(json)")
        }
        let both = #expect(throws: ConfigurationError.self) {
            try PPO.Configuration().with {
                $0.rewardClip = .sign
                $0.scalesRewards = true
            }.validate()
        }
        #expect(both?.key == "rewardClip")
    }
}
