import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinRLlib

@Suite("Policies that are written for RLlib by themselves")
struct RLlibPolicyWritingTests {
    /// An optimizer some steps on, with moments that are all different.
    static func optimizer(_ count: Int, step: Int64) throws -> Adam {
        var adam = Adam(parameterCount: count, configuration: Adam.Configuration(epsilon: 1e-5))
        func moments(_ scale: Float) -> StateTree {
            .tensor(StateTensor((0..<count).map { scale * Float($0 + 1) }, shape: [count]))
        }
        guard case .map(var state) = adam.state else { return adam }
        state["step"] = .int(step)
        state["firstMoment"] = moments(0.125)
        state["secondMoment"] = moments(0.25)
        try adam.restore(from: .map(state))
        return adam
    }

    /// What RLlib reads of a policy that is saved by itself.
    static func saved(_ policy: Policy) throws -> RLlibPolicy {
        try withTemporaryDirectory { directory in
            try policy.save(to: "\(directory)/c", format: .msgpack)
            #expect(try Policy(restoring: "\(directory)/c") == policy)
            return try RLlibPolicy(StateReader(.map(RLlibFixture.file("\(directory)/c"))))
        }
    }

    @Test("A policy takes the optimizer and the penalty of PPO along")
    func ppo() throws {
        var policy = try Policy(restoring: RLlibFixture("ppo_elu").path)
        let adam = try Self.optimizer(policy.network.parameters.count, step: 7)
        policy.learnerState = ["algorithm": "PPO", "optimizer": adam.state, "klCoefficient": 0.625]
        let rllib = try Self.saved(policy)
        #expect(try rllib.adam([0], of: .network, views: policy.network.views) == adam)
        #expect(try rllib.klCoefficient == 0.625)
        #expect(rllib.policy.network == policy.network)
    }

    @Test("A policy takes the optimizer of DQN along")
    func dqn() throws {
        var policy = try Policy(restoring: RLlibFixture("dqn_plain").path)
        let adam = try Self.optimizer(policy.network.parameters.count, step: 9)
        policy.learnerState = ["algorithm": "DQN", "networks": ["optimizer": adam.state]]
        #expect(try Self.saved(policy).adam([0], of: .network, views: policy.network.views) == adam)
    }

    /// The state of a learner of SAC with two critics.
    static func sac(_ policy: Policy, hidden: Int, actor: Adam, critics: Adam, temperature: Adam) -> StateTree {
        let actions = policy.distribution.actionWidth
        let inputs = policy.observationSpace.count + (policy.actionSpace.isDiscrete ? 0 : actions)
        let outputs = policy.actionSpace.isDiscrete ? policy.distribution.headWidth : 1
        func layer(_ inputs: Int, _ outputs: Int) -> StateTree {
            func tensor(_ shape: [Int]) -> StateTree {
                .tensor(StateTensor((0..<shape.reduce(1, *)).map { 0.5 * Float($0) }, shape: shape))
            }
            return ["weight": tensor([inputs, outputs]), "bias": tensor([outputs])]
        }
        let critic: StateTree = ["0": layer(inputs, hidden), "1": layer(hidden, outputs)]
        let both: StateTree = ["first": critic, "second": critic]
        return [
            "algorithm": "SAC",
            "updater": [
                "critics": ["parameters": both, "targets": both], "actorOptimizer": actor.state,
                "criticOptimizer": critics.state,
                "temperature": ["logarithm": -0.75, "optimizer": temperature.state],
            ],
        ]
    }

    @Test("A policy takes critics, optimizers and temperature of SAC along", arguments: ["sac_cartpole", "sac_single"])
    func sac(name: String) throws {
        var policy = try Policy(restoring: RLlibFixture(name).path)
        let isDiscrete = policy.actionSpace.isDiscrete
        let inputs = policy.observationSpace.count + (isDiscrete ? 0 : policy.distribution.actionWidth)
        let count = 2 * ((inputs + 1) * 5 + 6 * (isDiscrete ? policy.distribution.headWidth : 1))
        let actor = try Self.optimizer(policy.network.parameters.count, step: 3)
        let critics = try Self.optimizer(count, step: 3)
        let temperature = try Self.optimizer(1, step: 3)
        policy.learnerState = Self.sac(policy, hidden: 5, actor: actor, critics: critics, temperature: temperature)
        let rllib = try Self.saved(policy)
        #expect(rllib.critics.count == 2 && rllib.critics.hidden == [5])
        #expect(try rllib.adam([0], of: .network, views: policy.network.views) == actor)
        #expect(try rllib.adam([3], of: .temperature, views: []) == temperature)
        #expect(try rllib.logTemperature == -0.75)
        let views = try RLlibLearntCritics(
            of: policy, StateReader(#require(policy.learnerState)).child("updater").child("critics")
        )
        .views
        #expect(try rllib.adam([1, 2], of: .critics, views: views) == critics)
        var parameters = [Float](repeating: 0, count: count)
        try rllib.readCritics(views: views, into: &parameters)
        #expect(parameters.prefix(3) == [0, 0.5, 1])
    }

    @Test("Critics that do not fit the policy are no critics, and make no large network of a small file")
    func damagedCritics() throws {
        let policy = try Policy(restoring: RLlibFixture("sac_cartpole").path)
        func critics(_ widths: [[Int]]) -> StateReader {
            var layers = StateMap()
            for (index, shape) in widths.enumerated() {
                layers[String(index)] = [
                    "weight": .tensor(StateTensor([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape))
                ]
            }
            return StateReader(["parameters": ["first": .map(layers)]])
        }
        for shapes in [
            [[1, 65_536], [1, 65_536], [1, 65_536], [1, 2]], [[3, 4], [4, 2]], [[4, 0], [0, 2]], [[8], [2]],
        ] {
            let error = #expect(throws: StateError.self) { try RLlibLearntCritics(of: policy, critics(shapes)) }
            #expect(error?.code == .wrongShape, "\(shapes): \(String(describing: error))")
        }
    }

    @Test("A policy of RLlib's keeps what is not known here, and writes it back")
    func remainder() throws {
        let fixture = try RLlibFixture("dqn_plain")
        var file = try CheckpointDirectory(opening: fixture.path).policyState()
        file = RLlibFixture.replacing(["mine"], by: ["answer": 42], in: file)
        file = RLlibFixture.replacing(["policy_spec", "config", "my_setting"], by: "kept", in: file)
        let policy = try Policy(restoringFile: file)
        try withTemporaryDirectory { directory in
            try policy.save(to: "\(directory)/native")
            try Policy(restoring: "\(directory)/native").save(to: "\(directory)/msgpack", format: .msgpack)
            let written = try RLlibFixture.file("\(directory)/msgpack")
            #expect(written["mine"] == ["answer": 42])
            let config = StateReader(.map(written))
            #expect(try config.child("policy_spec").child("config").string("my_setting") == "kept")
            #expect(written["connector_configs"] == nil)
            let unused = "_value_branch._model.0.weight"
            let original = try StateReader(file).child("weights").child(unused).tree
            let same = try config.child("weights").child(unused).tree == original
            #expect(same)
            fixture.expectSame(try Policy(restoring: "\(directory)/msgpack"))
        }
    }
}
