import ReinCheckpoints
import ReinEnvironments
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinInterop

@Suite("Agents of Stable-Baselines3")
struct StableBaselines3AgentTests {
    private static func agent(_ name: String) throws -> StableBaselines3Agent {
        try StableBaselines3Agent(opening: try RecordedAgents.committed().path("\(name).zip"))
    }

    @Test("Actions, raw outputs and state values are those of Stable-Baselines3")
    func agents() throws { try RecordedAgents.committed().checkAgents(count: 24) }

    @Test("So are those of agents that version 1 saved, with shared layers and the spaces of Gym")
    func version1() throws {
        let recorded = try RecordedAgents.version1()
        try recorded.checkAgents(count: 8)
        try recorded.checkNormalizations(count: 3)
        let agent = try StableBaselines3Agent(opening: recorded.path("ppo_shared.zip"))
        #expect(agent.version == "1.6.2")
        #expect(agent.hasValueNetwork)
        #expect(
            agent.policy.network.architecture
                == ActorCriticArchitecture(inputs: 3, outputs: 3, hidden: [8, 6], value: .shared))
        let uneven = try StableBaselines3Agent(opening: recorded.path("ppo_uneven_shared.zip"))
        #expect(!uneven.hasValueNetwork)
        #expect(uneven.policy.network.architecture.hidden == [8, 7])
        #expect(uneven.policy.network.architecture.headHidden == [6])
    }

    @Test("An agent that does not name the version that saved it is read")
    func withoutVersion() throws {
        let recorded = try RecordedAgents.version1()
        let entries = try ZipFile.entries(try recorded.bytes("ppo_shared.zip"))
        let without = try ZipFile.bytes(entries.filter { $0.name != "_stable_baselines3_version" })
        let agent = try StableBaselines3Agent(ZipArchive(without))
        #expect(agent.version == nil)
        #expect(agent.policy == (try StableBaselines3Agent(opening: recorded.path("ppo_shared.zip")).policy))
    }

    @Test("Normalised observations and scaled rewards are those of VecNormalize")
    func normalizations() throws { try RecordedAgents.committed().checkNormalizations(count: 5) }

    @Test("Spaces are read from the pickles, hyperparameters from the readable part")
    func attributes() throws {
        let agent = try Self.agent("sac")
        #expect(agent.version == "2.9.2")
        #expect(agent.observationEncoding == .numbers)
        #expect(agent.policy.observationSpace == Box(-.infinity ... .infinity, shape: [3]))
        #expect(agent.policy.actionSpace == .box(Box(low: [-1, -0.25], high: [2, 3])))
        #expect(agent.policy.actionTransform == .rescale)
        #expect(agent.hyperparameters["gamma"] == .double(0.99))
        #expect(agent.hyperparameters["tau"] == .double(0.005))
        #expect(agent.hyperparameters["ent_coef"] == .string("auto"))
        #expect(agent.hyperparameters["observation_space"] == nil)

        let dqn = try Self.agent("dqn")
        #expect(dqn.policy.observationSpace == Box(-2...2, shape: [2, 2]))
        #expect(dqn.policy.actionSpace == .discrete(4))
        #expect(dqn.policy.explorationRate == 0)
    }

    @Test("Networks have the architecture they were trained with")
    func architectures() throws {
        let even = try Self.agent("ppo_discrete").policy.network.architecture
        #expect(even == ActorCriticArchitecture(inputs: 3, outputs: 3, hidden: [8, 8]))
        let oneHot = try Self.agent("ppo_one_hot")
        #expect(oneHot.observationEncoding == .oneHot(counts: [5]))
        #expect(oneHot.policy.network.architecture.activation == .silu)
        #expect(try Self.agent("ppo_elu").policy.network.architecture.activation == .elu)
        #expect(try Self.agent("dqn_leaky_relu").policy.network.architecture.activation == .leakyReLU)
        let squashed = try Self.agent("ppo_squashed").policy
        #expect(squashed.actionTransform == .rescale)
        let gaussian = StateDependentGaussian(count: 2, featureCount: 8, isSquashed: true, noiseInterval: 4)
        #expect(squashed.distribution == .stateDependentGaussian(gaussian))
        let soft = try Self.agent("sac_state_dependent").policy
        let limited = StateDependentGaussian(count: 2, featureCount: 8, isSquashed: true, meanLimit: 1.5)
        #expect(soft.distribution == .stateDependentGaussian(limited))
    }

    @Test("TD3 and DDPG have one action for each observation, drawn or not")
    func deterministic() throws {
        for name in ["td3", "ddpg"] {
            let policy = try Self.agent(name).policy
            #expect(policy.distribution == .deterministic(Deterministic(count: 2)))
            #expect(policy.actionTransform == .rescale)
            #expect(policy.maskWidth == 0 && !policy.distribution.isDiscrete && !policy.distribution.hasLogDeviation)
            var random = RandomStream(seed: 1, name: "test")
            let before = random
            let observation: [Float] = [0.3, -2, 1]
            #expect(policy.sampleAction(for: observation, using: &random) == policy.action(for: observation))
            #expect(random == before)
            var streams = [random]
            var (drawn, best) = ([Float](repeating: 0, count: 2), [Float](repeating: 0, count: 2))
            let inference = PolicyInference(policy)
            inference.sample(observations: observation, into: &drawn, using: &streams)
            inference.act(observations: observation, into: &best)
            #expect(drawn == best)
            #expect(try Policy(restoring: policy.state) == policy)
        }
    }

    @Test("Deviations of other kinds become those of a full matrix")
    func deviations() throws {
        let shared = try Self.agent("a2c_state_dependent").policy
        let range = shared.network.logDeviationRange
        let numbers = Array(shared.network.parameters[range])
        #expect(numbers.count == 16)
        for feature in 0..<8 { #expect(numbers[2 * feature] == numbers[2 * feature + 1]) }
        let expln = try Self.agent("ppo_expln").policy
        // "expln" grows with the logarithm: beyond 0 its own logarithm is below its parameter.
        #expect(expln.network.parameters[expln.network.logDeviationRange].allSatisfy { $0 < 1 })
    }

    @Test("A value network of other widths than the policy's is left out")
    func unevenNetworks() throws {
        let uneven = try Self.agent("ppo_uneven")
        #expect(!uneven.hasValueNetwork)
        #expect(uneven.policy.network.architecture.hidden == [6])
        #expect(try Self.agent("ppo_multi_discrete").hasValueNetwork)
    }

    @Test("A restored policy can be saved and read again like any other")
    func saving() throws {
        let recorded = try RecordedAgents.committed()
        let agent = try StableBaselines3Agent(
            opening: recorded.path("ppo_continuous.zip"), normalization: recorded.path("ppo_continuous.pkl"))
        #expect(agent.policy.observationNormalizer?.moments.count == 150)
        #expect(agent.policy.rewardScaler?.moments.count == 150)
        let same = try Policy(restoring: agent.policy.state) == agent.policy
        #expect(same)
    }
}
