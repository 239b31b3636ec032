import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinRLlib

@Suite("Policies of RLlib's that act")
struct RLlibPolicyTests {
    @Test("A policy acts as in RLlib, with the same outputs", arguments: RLlibFixture.names)
    func policies(name: String) throws {
        let fixture = try RLlibFixture(name)
        let policy = try Policy(restoring: fixture.path)
        // Every face of the directory gives the same policy.
        let checkpoint = try Checkpoint(directory: fixture.path)
        #expect(try Policy(restoring: checkpoint) == policy)
        #expect(try Policy(restoring: Checkpoint(bytes: checkpoint.bytes())) == policy)
        #expect(try Policy(restoring: Checkpoint(dictionary: checkpoint.dictionary())) == policy)
        fixture.expectSame(policy)
        let again = try Policy(restoring: policy.state)
        fixture.expectSame(again)
    }

    @Test(
        "Networks that there are not here act as in RLlib, also when they are written again",
        arguments: RLlibFixture.actingOnly)
    func actingOnly(name: String) throws {
        let fixture = try RLlibFixture(name)
        let policy = try Policy(restoring: fixture.path)
        fixture.expectSame(policy)
        try withTemporaryDirectory { directory in
            try policy.save(to: "\(directory)/c", format: .msgpack)
            fixture.expectSame(try Policy(restoring: "\(directory)/c"))
            // What RLlib reads of it does the same.
            let method = try RLlibPolicy(StateReader(CheckpointDirectory(opening: fixture.path).policyState()))
                .policyClass
            if policy.rllibProblem(as: method) == nil, method != .sac {
                fixture.expectSame(try RLlibObservationTests.rewritten(policy, as: method))
            }
        }
    }

    @Test("What cannot be read says what it is, and where")
    func refusals() throws {
        let fixture = try RLlibFixture("ppo_pendulum_free")
        let file = try CheckpointDirectory(opening: fixture.path).policyState()
        let changes: [([String], StateTree, String)] = [
            (["policy_spec", "policy_class"], "PPOTF2Policy", "TensorFlow"),
            (["policy_spec", "policy_class"], "MARWILTorchPolicy", "MARWILTorchPolicy"),
            (["policy_spec", "config", "model", "use_lstm"], true, "LSTM"),
            (["policy_spec", "config", "model", "use_attention"], true, "attention"),
            (["policy_spec", "config", "model", "custom_model"], "mine", "Python code"),
            (["policy_spec", "config", "model", "no_final_linear"], true, "linear"),
            (["policy_spec", "config", "model", "fcnet_activation"], "Mish", "Mish"),
            (["policy_spec", "observation_space"], ["space": ["space": "dict", "spaces": [:]]], "dict"),
            (
                ["policy_spec", "observation_space", "original_space"], ["space": ["space": "dict", "spaces": [:]]],
                "dict"
            ),
            (["policy_spec", "action_space", "space", "space"], "tuple", "tuple"),
            (["policy_spec", "observation_space", "space", "low"], "AAAA", "zlib"),
            (["policy_spec", "observation_space", "space", "shape"], [4], "shape"),
            (["weights", "_logits._model.0.weight"], .tensor(StateTensor([1] as [Float], shape: [1, 1])), "shape"),
            (["weights", "_logits._model.0.bias"], .tensor(StateTensor([.nan] as [Float], shape: [1])), "finite"),
            (["weights"], [:], "missing"),
        ]
        for (place, value, word) in changes {
            let error = try #require(throws: StateError.self) {
                _ = try Policy(restoringFile: RLlibFixture.replacing(place, by: value, in: file))
            }
            #expect("\(error)".contains(word), "\(error)")
        }
    }

    /// What a file holds for a Box of one number.
    static func box(_ low: Int64, _ high: Int64, type: String) -> StateTree {
        func text(_ bound: Int64) -> StateTree { .string(NumPyText.text(StateTensor([bound], shape: [1]))) }
        return ["space": "box", "low": text(low), "high": text(high), "shape": [1], "dtype": .string(type)]
    }

    @Test("Actions in a Box of integers are categories, never a Gaussian whose shape happens to fit")
    func integerActions() throws {
        let place = ["policy_spec", "action_space", "space"]
        // A head of two numbers: a mean and a deviation, or two categories.
        let file = try CheckpointDirectory(opening: RLlibFixture("ppo_pendulum_filter").path).policyState()
        for type in ["<i8", "<i4", "|i1"] {
            let policy = try Policy(
                restoringFile: RLlibFixture.replacing(place, by: Self.box(0, 1, type: type), in: file))
            #expect(policy.actionSpace == .multiDiscrete([2]))
            #expect(policy.distribution == .multiCategorical(MultiCategorical(counts: [2])))
        }
        let floats = try Policy(restoringFile: RLlibFixture.replacing(place, by: Self.box(0, 1, type: "<f8"), in: file))
        #expect(floats.distribution == .conditionalGaussian(ConditionalGaussian(count: 1)))
        for (space, word) in [
            (Self.box(0, 1, type: "|u1"), "|u1"), (Self.box(1, 2, type: "<i8"), "count from 0"),
            (Self.box(-1, 1, type: "<i8"), "count from 0"), (Self.box(0, 1 << 60, type: "<i8"), "choices"),
        ] {
            let error = try #require(throws: StateError.self) {
                _ = try Policy(restoringFile: RLlibFixture.replacing(place, by: space, in: file))
            }
            #expect("\(error)".contains(word), "\(error)")
        }
        let sac = try CheckpointDirectory(
            opening: "\(RLlibFixture.directory)/sac_pendulum/checkpoint/policies/default_policy"
        ).policyState()
        let error = try #require(throws: StateError.self) {
            _ = try Policy(restoringFile: RLlibFixture.replacing(place, by: Self.box(0, 1, type: "<i8"), in: sac))
        }
        #expect("\(error)".contains("integers"), "\(error)")
    }

    @Test("A policy of a Box of integers is written with the space that it came with")
    func integerSpace() throws {
        let path = try RLlibFixture("ppo_integers").path
        let policy = try Policy(restoring: path)
        #expect(policy.actionSpace == .multiDiscrete([3, 3]))
        try withTemporaryDirectory { directory in
            try policy.save(to: "\(directory)/c", format: .msgpack)
            let written = StateReader(.map(try RLlibFixture.file("\(directory)/c"))).optionalChild("policy_spec")
            let original = StateReader(try CheckpointDirectory(opening: path).policyState()).optionalChild(
                "policy_spec")
            for key in ["action_space", "observation_space"] {
                let isSame = written?.optionalChild(key)?.tree == original?.optionalChild(key)?.tree
                #expect(isSame && written != nil, "\(key)")
            }
        }
    }
}
