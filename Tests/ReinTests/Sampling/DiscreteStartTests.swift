import ReinNumerics
import ReinTestSupport
import Testing

@testable import Rein

/// Three actions, which the outside world counts from 5: the observation shows the index of the right one, one-hot.
struct Showing: Environment {
    static let timeLimit: Int? = 10
    var right = 0
    var random = NumPyRandom(seed: 0)
    var observationSpace: Box { Box(0...1, shape: [3]) }
    var actionSpace: ActionSpace { .discrete(Discrete(3, start: 5)) }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        show(into: &observation)
    }
    mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition((0..<3).contains(action), "\(action) is no index")
        let reward = action == right ? 1.0 : 0
        show(into: &observation)
        return Step(reward: reward)
    }
    private mutating func show(into observation: inout ObservationRow) {
        right = Int(random.uniform(0, 3))
        for index in 0..<3 { observation[index] = index == right ? 1 : 0 }
    }
}

@Suite("Discrete actions that the outside world counts from another number than 0")
struct DiscreteStartTests {
    /// A policy that takes the action shown: a network without hidden layers that adds ten times the observation.
    static func policy() throws -> Policy {
        let environment = Showing()
        var policy = try PPOLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: PPO.Configuration().with { $0.network.hidden = [] }, random: RandomStream(seed: 1, name: "p")
        )
        // The weights of the policy head come first, [inputs, outputs].
        for index in 0..<9 { policy.network.parameters[index] = index % 4 == 0 ? 30 : 0 }
        return policy
    }

    @Test("A policy answers with what an environment's step receives, in a loop of one's own")
    func loop() throws {
        let policy = try Self.policy()
        var environment = Showing()
        var random = RandomStream(seed: 2, name: "loop")
        let inference = PolicyInference(policy)
        var row: [Float] = [0, 0, 0]
        var span = row.mutableSpan
        environment.reset(seed: 1, into: &span)
        var total = 0.0
        for count in 0..<90 {
            let observation = row
            let mask = (0..<3).map { observation[$0] == 1 }
            let action =
                switch count % 5 {
                case 0: policy.action(for: observation)
                case 1: policy.action(for: observation, mask: mask)
                case 2: policy.sampleAction(for: observation, using: &random)
                case 3: policy.sampleAction(for: observation, mask: mask, using: &random)
                default: Action.discrete(inference.actionIndex(for: observation.span))
                }
            guard case .discrete(let index) = action else { continue }
            var span = row.mutableSpan
            total += environment.step(index, into: &span).reward
        }
        #expect(total == 90)
    }

    @Test("Policies of action values answer so, too, greedily and at random")
    func actionValues() throws {
        let environment = Showing()
        var policy = try DQNLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: DQN.Configuration().with { $0.network.hidden = [4] },
            random: RandomStream(seed: 1, name: "p"))
        policy.explorationRate = 0.5
        var random = RandomStream(seed: 2, name: "draws")
        var seen: Set<Action> = [policy.action(for: [0, 1, 0])]
        for _ in 0..<100 {
            seen.insert(policy.sampleAction(for: [0, 1, 0], using: &random))
            seen.insert(policy.sampleAction(for: [0, 1, 0], mask: [true, false, true], using: &random))
        }
        #expect(seen == [.discrete(0), .discrete(1), .discrete(2)])
    }

    @Test("Policies and scripts that ask one play alike in evaluations")
    func seats() throws {
        let policy = try Self.policy()
        let solo = try Evaluator(environment: EnvironmentSpecification(Showing.self)).episodes(3, of: policy)
        #expect(solo.map(\.totalReward) == [10, 10, 10])
        let players: [PolicyID: EvaluationPlayer] = [
            "policy": .policy(policy), "script": .scripted { policy.action(for: $0.observation) },
        ]
        let evaluator = MultiAgentEvaluator(environment: MultiAgentSpecification(IndependentAgents<Showing>.self))
        let result = try evaluator.evaluate(
            players, mapping: ["agent_0": "policy", "agent_1": "script"], episodes: 3)
        for player in ["policy", "script"] as [PolicyID] {
            #expect(result.parts(of: player).map(\.totalReward) == [10, 10, 10])
        }
    }

    @Test("Files of both formats keep where the outside world counts from", arguments: CheckpointFormat.allCases)
    func files(format: CheckpointFormat) throws {
        let policy = try Self.policy()
        try withTemporaryDirectory { directory in
            try policy.save(to: directory + "/policy", format: format)
            let restored = try Policy(restoring: directory + "/policy")
            #expect(restored.actionSpace == .discrete(Discrete(3, start: 5)))
            #expect(restored.action(for: [0, 0, 1]) == .discrete(2))
        }
    }
}
