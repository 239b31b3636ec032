import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinInterop

@Suite("Agents that are not read, and files that mean harm")
struct StableBaselines3RefusalTests {
    /// The error that an agent is refused with after changes to the entries of its file.
    private static func refusal(_ name: String, _ changes: [String: [UInt8]]) throws -> StateError? {
        let bytes = try ZipFile.replacing(changes, in: RecordedAgents.committed().bytes("\(name).zip"))
        return try withFile(bytes) { path in stateError { _ = try StableBaselines3Agent(opening: path) } }
    }

    /// The error after one attribute was replaced.
    private static func refusal(_ name: String, _ attribute: String, _ value: StateTree) throws -> StateError? {
        let archive = try ZipArchive(try RecordedAgents.committed().bytes("\(name).zip"))
        guard case .map(var data) = try JSON.parse(try archive.read("data", limit: 1 << 20)) else { return nil }
        data[attribute] = value
        return try refusal(name, ["data": Array(JSON.text(.map(data)).utf8)])
    }

    private static func pickled(_ bytes: [UInt8]) -> StateTree {
        [":type:": "<class 'anything'>", ":serialized:": .string(Data(bytes).base64EncodedString())]
    }

    /// The error after entries of the torch archive inside were replaced.
    private static func tensorRefusal(_ name: String, _ changes: [String: [UInt8]]) throws -> StateError? {
        let archive = try ZipArchive(try RecordedAgents.committed().bytes("\(name).zip"))
        let tensors = try archive.read("policy.pth", limit: 1 << 20)
        return try refusal(name, ["policy.pth": try ZipFile.replacing(changes, in: tensors)])
    }

    @Test("A pickle that would call the system is refused by the name of what it would call")
    func systemCall() throws {
        let attack =
            PickleBytes.global("os", "system") + PickleBytes.tuple([PickleBytes.text("true")]) + PickleBytes.reduce
            + PickleBytes.stop
        for attribute in ["policy_class", "observation_space", "action_space", "policy_kwargs"] {
            let error = try Self.refusal("dqn", attribute, Self.pickled(attack))
            #expect(error?.code == .unsupportedFormat)
            #expect(error?.message.contains("os.system") == true)
            #expect(error?.path.hasSuffix("data/\(attribute)") == true)
        }
        let error = try Self.tensorRefusal("dqn", ["archive/data.pkl": attack])
        #expect(error?.message.contains("os.system") == true)
        #expect(error?.path.hasSuffix("policy.pth") == true)
        #expect(stateError { _ = try StableBaselines3Normalization(attack) }?.message.contains("os.system") == true)
    }

    @Test("Pickles of attributes that acting does not need are not read at all")
    func unread() throws { #expect(try Self.refusal("dqn", "lr_schedule", Self.pickled([0])) == nil) }

    @Test(
        "Actions of tanh that cannot be stretched to their bounds are refused",
        arguments: ["sac", "ppo_squashed"], [Float.greatestFiniteMagnitude, .infinity, 2e38])
    func bounds(name: String, bound: Float) throws {
        let archive = try AgentArchive(ZipArchive(try RecordedAgents.committed().bytes("\(name).zip")))
        guard case .map(let space)? = archive.data["action_space"],
            case .string(let text)? = space[":serialized:"], var pickle = Base64.bytes(text)
        else { return }
        func write(_ numbers: [Float], over old: [Float]) throws {
            func bytes(_ numbers: [Float]) -> [UInt8] {
                numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
            }
            let place = try #require(pickle.firstRange(of: bytes(old)))
            pickle.replaceSubrange(place, with: bytes(numbers))
        }
        try write([-bound, -bound], over: [-1, -0.25])
        try write([bound, bound], over: [2, 3])
        let error = try Self.refusal(name, "action_space", Self.pickled(pickle))
        #expect(error?.code == .outOfRange)
        #expect(error?.message.contains("the bounds of element 0") == true, "\(String(describing: error))")
    }

    @Test(
        "A Box of integers as space of actions is refused by the type of its elements",
        arguments: ["sac", "ppo_continuous"])
    func integerActions(name: String) throws {
        let archive = try AgentArchive(ZipArchive(try RecordedAgents.committed().bytes("\(name).zip")))
        guard case .map(let space)? = archive.data["action_space"],
            case .string(let text)? = space[":serialized:"], var pickle = Base64.bytes(text)
        else { return }
        // The type of the elements is the first one; bounds refer to it.
        let place = try #require(pickle.firstRange(of: PickleBytes.text("f4")))
        for (type, isRead) in [("f4", true), ("i4", false), ("u4", false)] {
            pickle.replaceSubrange(place, with: PickleBytes.text(type))
            let error = try Self.refusal(name, "action_space", Self.pickled(pickle))
            #expect(error?.code == (isRead ? nil : .unsupportedFormat), "\(String(describing: error))")
            #expect(isRead || error?.message.contains("Box of integers (<\(type))") == true)
            #expect(isRead || error?.path.hasSuffix("data/action_space") == true)
        }
    }

    @Test("Policies and algorithms that are not read are refused by what they are")
    func otherPolicies() throws {
        let classes = [
            ("stable_baselines3.common.policies", "ActorCriticCnnPolicy", "reads images"),
            ("stable_baselines3.sac.policies", "MultiInputPolicy", "observations of several parts"),
            ("sb3_contrib.common.recurrent.policies", "RecurrentActorCriticPolicy", "recurrent"),
            ("sb3_contrib.tqc.policies", "TQCPolicy", "another algorithm"),
            ("mine", "Policy", "mine.Policy"),
        ]
        for (module, name, reason) in classes {
            let pickle = PickleBytes.global(module, name) + PickleBytes.stop
            let error = try Self.refusal("dqn", "policy_class", Self.pickled(pickle))
            #expect(error?.code == .unsupportedFormat)
            #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test("Arguments of policies that Rein has no counterpart of are refused by name")
    func otherArguments() throws {
        let cases: [(String, StateTree)] = [
            ("activation_fn", "torch.nn.modules.activation.Mish"), ("lstm_hidden_size", 8),
            ("features_extractor_class", "stable_baselines3.common.torch_layers.NatureCNN"),
            ("features_extractor_kwargs", ["features_dim": 8]),
            ("squash_output", true), ("net_arch", ["pi": [8], "qf": [8]]), ("net_arch", [0]), ("net_arch", "wide"),
        ]
        for (name, value) in cases {
            let error = try Self.refusal(
                "ppo_discrete", "policy_kwargs", .map(StateMap(uniqueEntries: [(name, value)])))
            #expect(error?.path.contains("data/policy_kwargs/\(name)") == true, "\(String(describing: error))")
        }
    }

    @Test("Arguments of state-dependent exploration are believed where there is one")
    func deviationArguments() throws {
        let shapes = try Self.refusal("ppo_state_dependent", "policy_kwargs", ["net_arch": [8], "full_std": false])
        #expect(shapes?.message == "expected shape [8, 1], found [8, 2]")
        #expect(shapes?.path.hasSuffix("policy.pth/log_std") == true)
        for value in [StateTree.string("yes"), 1] {
            let error = try Self.refusal("ppo_expln", "policy_kwargs", ["net_arch": [8], "use_expln": value])
            #expect(error?.path.hasSuffix("data/policy_kwargs/use_expln") == true)
        }
        let features = try Self.refusal("ppo_state_dependent", "policy_kwargs", ["net_arch": [8], "sde_net_arch": [4]])
        #expect(features?.path.hasSuffix("data/policy_kwargs/sde_net_arch") == true)
        for arguments in [["full_std": false], ["use_expln": true], ["sde_net_arch": [4]]] as [StateMap] {
            var arguments = arguments
            arguments["net_arch"] = [8]
            #expect(try Self.refusal("ppo_multi_discrete", "policy_kwargs", .map(arguments)) == nil)
        }
    }

    @Test("A device among the arguments is read for what it is, and not made")
    func devices() throws {
        func arguments(_ device: [[UInt8]]) -> StateTree {
            let record = PickleBytes.global("torch", "device") + PickleBytes.tuple(device) + PickleBytes.reduce
            let widths = PickleBytes.emptyList + PickleBytes.integer(8) + PickleBytes.append
            return Self.pickled(
                PickleBytes.emptyDictionary + PickleBytes.text("device") + record + PickleBytes.setItem
                    + PickleBytes.text("net_arch") + widths + PickleBytes.setItem + PickleBytes.stop)
        }
        for device in [[PickleBytes.text("cpu")], [PickleBytes.text("cuda"), PickleBytes.integer(1)]] {
            #expect(try Self.refusal("ppo_multi_discrete", "policy_kwargs", arguments(device)) == nil)
        }
        for device in [[], [PickleBytes.none], [PickleBytes.text("cuda"), PickleBytes.text("1")]] {
            let error = try Self.refusal("ppo_multi_discrete", "policy_kwargs", arguments(device))
            #expect(error?.path.contains("data/policy_kwargs/device/arguments") == true, "\(String(describing: error))")
        }
    }

    @Test("Shared layers are named where there are none")
    func sharedLayers() throws {
        let without = try Self.refusal("ppo_discrete", "policy_kwargs", ["net_arch": [8, ["pi": [8], "vf": [8]]]])
        #expect(without?.path.hasSuffix("policy.pth/mlp_extractor.shared_net.0.weight") == true)
        for layers in [[["pi": [8]], 8], [["pi": [8]], ["pi": [8]]]] as [StateTree] {
            let error = try Self.refusal("ppo_discrete", "policy_kwargs", ["net_arch": layers])
            #expect(error?.path.contains("data/policy_kwargs/net_arch/0") == true, "\(String(describing: error))")
        }
        let values = try Self.refusal("dqn", "policy_kwargs", ["net_arch": [8, ["pi": [8]]]])
        #expect(values?.path.hasSuffix("data/policy_kwargs/net_arch/1") == true)
    }

    @Test("Widths may be numbers of NumPy's")
    func widthsFromNumPy() throws {
        let type =
            PickleBytes.global("numpy", "dtype") + PickleBytes.tuple([PickleBytes.text("i8")]) + PickleBytes.reduce
            + PickleBytes.tuple([PickleBytes.integer(3), PickleBytes.text("<")]) + PickleBytes.build
        func arguments(_ width: UInt8) -> StateTree {
            let scalar =
                PickleBytes.global("numpy._core.multiarray", "scalar")
                + PickleBytes.tuple([type, [0x43, 8, width, 0, 0, 0, 0, 0, 0, 0]]) + PickleBytes.reduce
            let list = PickleBytes.emptyList + scalar + PickleBytes.append
            return Self.pickled(
                PickleBytes.emptyDictionary + PickleBytes.text("net_arch") + list + PickleBytes.setItem
                    + PickleBytes.stop)
        }
        #expect(try Self.refusal("ppo_multi_discrete", "policy_kwargs", arguments(8)) == nil)
        #expect(try Self.refusal("ppo_multi_discrete", "policy_kwargs", arguments(9))?.code == .wrongShape)
    }

    @Test("Without arguments, the widths are those that Stable-Baselines3 would take")
    func defaults() throws {
        for (name, shapes) in [
            ("ppo_discrete", "expected shape [64, 3], found [8, 3]"), ("dqn", "expected shape [64, 4], found [8, 4]"),
            ("sac", "expected shape [256, 3], found [8, 3]"), ("td3", "expected shape [400, 3], found [8, 3]"),
        ] { #expect(try Self.refusal(name, "policy_kwargs", [:])?.message == shapes) }
    }

    @Test("A limit of means that is not positive is none, which the tensors contradict")
    func meanLimit() throws {
        for limit in [1e300, 1e-300, -1, 0] {
            let arguments: StateTree = ["net_arch": [8], "use_sde": true, "clip_mean": .double(limit)]
            let error = try Self.refusal("sac_state_dependent", "policy_kwargs", arguments)
            #expect(error?.path.hasSuffix("policy.pth/actor.mu.weight") == (limit > 0 ? nil : true))
        }
    }

    @Test("A tensor of another shape is named with both shapes")
    func shapes() throws {
        let error = try Self.refusal("ppo_discrete", "policy_kwargs", ["net_arch": [8, 9]])
        #expect(error?.code == .wrongShape)
        #expect(error?.message == "expected shape [9, 8], found [8, 8]")
        #expect(error?.path.hasSuffix("policy.pth/mlp_extractor.policy_net.2.weight") == true)
        let missing = try Self.refusal("ppo_discrete", "policy_kwargs", ["net_arch": [8, 8, 8]])
        #expect(missing?.code == .missingKey)
        // No memory is taken for a network that the file does not hold.
        let wide: StateTree = ["net_arch": .list([StateTree](repeating: 8000, count: 2))]
        #expect(try Self.refusal("ppo_discrete", "policy_kwargs", wide)?.code == .wrongShape)
        let extra = try Self.refusal("ppo_discrete", "policy_kwargs", ["net_arch": [8]])
        #expect(extra?.code == .unknownKey)
        #expect(extra?.path.hasSuffix("policy.pth/mlp_extractor.policy_net.2.bias") == true)
        #expect(try Self.refusal("dqn", "policy_kwargs", ["net_arch": []])?.code == .wrongShape)
    }

    @Test("Networks that cannot be are refused before any tensor is read")
    func impossibleNetworks() throws {
        let many: StateTree = .list([StateTree](repeating: 8, count: 65))
        let wide: StateTree = .list([StateTree](repeating: 65_536, count: 2))
        for layers in [many, wide] {
            let other: StateTree = ["pi": [8], "vf": layers]
            for architecture in [layers, other] {
                let error = try Self.refusal("ppo_discrete", "policy_kwargs", ["net_arch": architecture])
                #expect(error?.code == .outOfRange)
                #expect(error?.path.hasSuffix("data/policy_kwargs/net_arch") == true)
            }
        }
    }

    @Test("Tensors in big-endian order, or without their numbers, are refused")
    func storages() throws {
        let order = try Self.tensorRefusal("dqn", ["archive/byteorder": Array("big".utf8)])
        #expect(order?.code == .unsupportedFormat)
        #expect(order?.path.hasSuffix("policy.pth/archive/byteorder") == true)
        let short = try Self.tensorRefusal("dqn", ["archive/data/0": [0, 0, 0, 0]])
        #expect(short?.code == .malformed)
        for number in [Float.nan, .infinity] {
            let numbers = [Float](repeating: number, count: 32).withUnsafeBytes { [UInt8]($0) }
            let infinite = try Self.tensorRefusal("dqn", ["archive/data/0": numbers])
            #expect(infinite?.code == .outOfRange)
            #expect(infinite?.path.hasSuffix("policy.pth/q_net.q_net.0.weight") == true)
        }
        #expect(try Self.refusal("dqn", ["policy.pth": Array("no archive".utf8)])?.code == .malformed)
        // As torch.save wrote files before they were zip archives.
        let legacy = try Self.refusal("dqn", ["policy.pth": [0x80, 0x02, 0x8a, 0x0a, 0x6c]])
        #expect(legacy?.code == .unsupportedFormat)
        #expect(legacy?.message.contains("PyTorch 1.6") == true)
    }

    @Test("Files of other versions, and files that are something else, are refused")
    func otherFiles() throws {
        let new = try Self.refusal("dqn", ["_stable_baselines3_version": Array("3.0.0".utf8)])
        #expect(new?.code == .unsupportedVersion)
        for version in ["2.9\u{1b}[2J", "2.é"] {
            let odd = try Self.refusal("dqn", ["_stable_baselines3_version": Array(version.utf8)])
            #expect(odd?.path.hasSuffix("_stable_baselines3_version") == true, "\(String(describing: odd))")
            #expect(odd.map { !"\($0)".unicodeScalars.contains("\u{1b}") } == true)
        }
        for text in ["{", "[]", "{\"a\": nan}"] {
            #expect(try Self.refusal("dqn", ["data": Array(text.utf8)])?.path.hasSuffix("/data") == true)
        }
        let bytes = try ZipFile.bytes([("data", [1])])
        #expect(try withFile(bytes) { path in stateError { _ = try StableBaselines3Agent(opening: path) } } != nil)
        let indices = try RecordedAgents.committed()
        #expect(throws: StateError.self) {
            try StableBaselines3Agent(
                opening: indices.path("ppo_one_hot.zip"), normalization: indices.path("ppo_continuous.pkl"))
        }
    }

    @Test("Numbers that are not finite are read as Python writes them, where Python wrote them")
    func infiniteNumbers() throws {
        let bytes = try RecordedAgents.committed().bytes("sac_state_dependent.zip")
        let data = String(decoding: try ZipArchive(bytes).read("data", limit: 1 << 20), as: UTF8.self)
        let numbers = "\"max_x\": Infinity, \"min_x\": -Infinity, \"nan_x\": NaN, \"one_x\": -1"
        let changed = try ZipFile.replacing(["data": Array("\(data.dropLast()), \(numbers)}".utf8)], in: bytes)
        let agent = try StableBaselines3Agent(ZipArchive(changed))
        #expect(agent.hyperparameters["max_x"] == .double(.infinity))
        #expect(agent.hyperparameters["min_x"] == .double(-.infinity))
        #expect(agent.hyperparameters["one_x"] == .int(-1))
        if case .double(let number)? = agent.hyperparameters["nan_x"] { #expect(number.isNaN) }
        for text in ["NaN", "Infinity", "-Infinity", "[-Infinity]"] {
            #expect(throws: StateError.self) { try JSON.parse(text) }
            #expect(throws: StateError.self) { try JSON.parse(fromPython: Array(text.utf8.dropLast())) }
        }
    }

    @Test("SAC's means may have an infinite limit, which is none")
    func infiniteMeanLimit() throws {
        let bytes = try RecordedAgents.committed().bytes("sac_state_dependent.zip")
        guard case .map(var data) = try JSON.parse(try ZipArchive(bytes).read("data", limit: 1 << 20)) else { return }
        data["policy_kwargs"] = nil
        let text = JSON.text(.map(data)).dropLast()
        let arguments = "\"policy_kwargs\": {\"net_arch\": [8], \"use_sde\": true, \"clip_mean\": Infinity}"
        let changed = try ZipFile.replacing(["data": Array("\(text), \(arguments)}".utf8)], in: bytes)
        let policy = try StableBaselines3Agent(ZipArchive(changed)).policy
        let unlimited = StateDependentGaussian(count: 2, featureCount: 8, isSquashed: true)
        #expect(policy.distribution == .stateDependentGaussian(unlimited))
    }
}
