import ReinCheckpoints
import ReinEnvironments
import ReinNetworks
import ReinNumerics
import ReinPolicies
import Testing

@testable import ReinInterop

@Suite("Agents of Stable-Baselines3")
struct StableBaselines3AgentTests {
    private static func agent(_ name: String) throws -> StableBaselines3Agent {
        try StableBaselines3Agent(opening: try RecordedAgents.committed().path("\(name).zip"))
    }

    @Test("Actions, raw outputs and state values are those of Stable-Baselines3")
    func agents() throws { try RecordedAgents.committed().checkAgents(count: 12) }

    @Test("Normalised observations and scaled rewards are those of VecNormalize")
    func normalizations() throws { try RecordedAgents.committed().checkNormalizations() }

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
