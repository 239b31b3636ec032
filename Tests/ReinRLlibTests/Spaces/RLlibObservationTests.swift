import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinRLlib

/// Observations that RLlib makes vectors of, each kind in its way.
@Suite("Observations of RLlib's that are no vectors")
struct RLlibObservationTests {
    @Test("Indices are read as rows of 0 and 1, and the policy knows how they are made")
    func encodings() throws {
        for (name, counts) in [("ppo_index", [5]), ("sac_index", [5]), ("dqn_indices", [3, 2])] {
            let policy = try Policy(restoring: RLlibFixture(name).path)
            #expect(policy.observationSpace == Box(0...1, shape: [5]))
            #expect(policy.observationEncoding == .oneHot(counts: counts))
            let again = try Policy(restoring: policy.state)
            #expect(again == policy)
        }
        #expect(ObservationEncoding.oneHot(counts: [3, 2]).row(of: [2, 0]) == [0, 0, 1, 1, 0])
        #expect(ObservationEncoding.oneHot(counts: [3, 2]).row(of: [2, 2]) == nil)
        #expect(ObservationEncoding.oneHot(counts: [3, 2]).row(of: [2]) == nil)
        #expect(ObservationEncoding.numbers.row(of: []) == nil)
    }

    @Test("Bits and arrays are read as they are")
    func arrays() throws {
        for (name, box) in [("ppo_bits", Box(0...1, shape: [4])), ("ppo_matrix", Box(-1...1, shape: [2, 3]))] {
            let policy = try Policy(restoring: RLlibFixture(name).path)
            #expect(policy.observationSpace == box)
            #expect(policy.observationEncoding == .numbers)
        }
    }

    @Test("Indices that are not counted from 0 are left to who makes the rows")
    func start() throws {
        let file = try CheckpointDirectory(opening: RLlibFixture("ppo_index").path).policyState()
        let place = ["policy_spec", "observation_space", "original_space", "space", "start"]
        let policy = try Policy(restoringFile: RLlibFixture.replacing(place, by: 3, in: file))
        #expect(policy.observationEncoding == .numbers)
    }

    @Test("What RLlib scales, what contradicts itself and what is too large is refused")
    func refusals() throws {
        let place = ["policy_spec", "observation_space"]
        let index = try CheckpointDirectory(opening: RLlibFixture("ppo_index").path).policyState()
        let bits = try CheckpointDirectory(opening: RLlibFixture("ppo_bits").path).policyState()
        let changes: [(StateTree, [String], StateTree, String)] = [
            (index, ["original_space", "space"], ["space": "box"], "scales"),
            (index, ["original_space", "space", "n"], 4, "vector of 4"),
            (index, ["original_space", "space", "n"], 1_000_000_000, "choices"),
            (index, ["original_space", "space"], ["space": "tuple"], "vector first"),
            (bits, ["space", "n"], 0, "bits"), (bits, ["space", "n"], [1_048_576, 1_048_576], "bits"),
            (bits, ["space", "n"], 5, "shape"), (bits, ["space", "space"], "text", "multi-binary"),
        ]
        for (file, rest, value, word) in changes {
            let error = try #require(throws: StateError.self, "\(rest)") {
                _ = try Policy(restoringFile: RLlibFixture.replacing(place + rest, by: value, in: file))
            }
            #expect("\(error)".contains(word), "\(error)")
        }
        let activations = RLlibFixture.replacing(
            ["policy_spec", "config", "model", "post_fcnet_activation"], by: "relu", in: bits)
        let error = try #require(throws: StateError.self) { _ = try Policy(restoringFile: activations) }
        #expect("\(error)".contains("two nonlinearities"))
    }

    /// What RLlib reads of a policy that is written, without what Rein has beside it.
    static func rewritten(_ policy: Policy, as method: RLlibPolicyClass) throws -> Policy {
        let file = try policy.rllibFile(
            holding: policy.state, learning: RLlibLearning(RLlibTraining(method, settings: [:])), id: nil, isAlone: true
        )
        var map = StateMap()
        if case .map(let entries)? = file.messagePack {
            for (key, value) in entries where key != EmbeddedState.key { map[key] = value }
        }
        return try Policy(restoringFile: MessagePackCodec().decode(MessagePackCodec().encode(.map(map))))
    }

    /// A policy of ours with random parameters.
    static func policy(
        _ box: Box, _ encoding: ObservationEncoding = .numbers, distribution: ActionDistribution,
        architecture: (Int) -> ActorCriticArchitecture
    ) throws -> Policy {
        var random = RandomStream(seed: 2, name: "policy")
        var network = ActorCritic(architecture(box.count))
        for index in network.parameters.indices { network.parameters[index] = 0.5 * random.nextNormal() }
        var policy = try Policy(
            observationSpace: box, actionSpace: .discrete(3), distribution: distribution, network: network)
        policy.observationEncoding = encoding
        return policy
    }

    @Test("Policies of ours are written in RLlib's way, and are the same when they are read from there")
    func writes() throws {
        for (box, encoding) in [
            (Box(-1...1, shape: [2, 3]), ObservationEncoding.numbers), (Box(-1...1, shape: []), .numbers),
            (Box(0...1, shape: [5]), .oneHot(counts: [5])), (Box(0...1, shape: [5]), .oneHot(counts: [2, 3])),
        ] {
            let ppo = try Self.policy(box, encoding, distribution: .categorical(Categorical(count: 3))) {
                ActorCriticArchitecture(inputs: $0, outputs: 3, hidden: [6, 4], activation: .relu, value: .shared)
            }
            let dqn = try Self.policy(
                box, encoding, distribution: .actionValues(ActionValues(count: 3, isDueling: true))
            ) {
                ActorCriticArchitecture(
                    inputs: $0, outputs: 3, hidden: [6, 4], activation: .tanh, value: .shared, headHidden: [5],
                    headActivation: .relu)
            }
            for (policy, method) in [(ppo, RLlibPolicyClass.ppo), (dqn, .dqn)] {
                let again = try Self.rewritten(policy, as: method)
                #expect(again.network == policy.network)
                #expect(again.observationSpace.shape == policy.observationSpace.shape)
                #expect(again.observationEncoding == encoding)
            }
        }
    }

    @Test(
        "Parts, and indices that do not count from 0, are written as the rows that are read",
        arguments: [
            [
                ObservationPart(["a"], .numbers(shape: [2])),
                ObservationPart(["b"], .oneHot(counts: [3], starts: [0])),
            ],
            [ObservationPart([], .oneHot(counts: [5], starts: [1]))], [ObservationPart([], .binary(shape: [5]))],
        ])
    func parts(parts: [ObservationPart]) throws {
        let encoding = try ObservationEncoding(parts: parts)
        let policy = try Self.policy(
            Box(-1...1, shape: [5]), encoding, distribution: .categorical(Categorical(count: 3))
        ) { ActorCriticArchitecture(inputs: $0, outputs: 3, hidden: [6], activation: .relu, value: .shared) }
        let again = try Self.rewritten(policy, as: .ppo)
        #expect(again.network == policy.network)
        #expect(again.observationSpace == policy.observationSpace)
        #expect(again.observationEncoding == .numbers)
        // What is Rein's own is beside it, so that nothing is lost here.
        try withTemporaryDirectory { directory in
            try policy.save(to: "\(directory)/c", format: .msgpack)
            #expect(try Policy(restoring: "\(directory)/c") == policy)
        }
        var known = again
        known.observationEncoding = encoding
        let rewritten = try Self.rewritten(known, as: .ppo)
        #expect(rewritten.observationEncoding == .numbers)
        #expect(rewritten.observationSpace == policy.observationSpace)
    }

    @Test("Networks that RLlib has not for such observations are said")
    func problems() throws {
        let separate = try Self.policy(Box(-1...1, shape: [2, 3]), distribution: .categorical(Categorical(count: 3))) {
            ActorCriticArchitecture(inputs: $0, outputs: 3, hidden: [6], activation: .relu, value: .separate)
        }
        #expect(separate.rllibProblem(as: .ppo)?.contains("share") == true)
        let image = try Self.policy(Box(-1...1, shape: [2, 3, 1]), distribution: .categorical(Categorical(count: 3))) {
            ActorCriticArchitecture(inputs: $0, outputs: 3, hidden: [6], activation: .relu, value: .shared)
        }
        #expect(image.rllibProblem(as: .ppo)?.contains("convolutional") == true)
    }

    @Test("A filter of arrays has their shape")
    func filter() throws {
        let path = try RLlibFixture("ppo_matrix").path
        try withTemporaryDirectory { directory in
            try Policy(restoring: path).save(to: "\(directory)/c", format: .msgpack)
            let file = StateReader(.map(try RLlibFixture.file("\(directory)/c")))
            let connectors = try file.child("connector_configs").child("agent").list()[1].list()
            let filter = try connectors[1].list()[1]
            #expect(try filter.child("shape").tree == .tensor(StateTensor([2, 3] as [Int64], shape: [2])))
            let mean = try filter.list("running_stats")[0].string("mean_array")
            #expect(try NumPyText.tensor(mean).shape == [2, 3])
        }
    }
}
