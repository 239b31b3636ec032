import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("Files of other programs in checkpoints")
struct NativeModelFilesTests {
    /// Settings of a tiny policy.
    static func settings(_ files: NativeModelFiles) -> PPO.Configuration {
        PPO.Configuration(seed: 4).with {
            $0.environmentCount = 2
            $0.rolloutLength = 16
            $0.epochs = 1
            $0.minibatchSize = 16
            $0.network.hidden = [8]
            $0.exportsNativeModelFiles = files
        }
    }

    /// An algorithm of three policies, of which the first is trained.
    static func algorithm(_ files: NativeModelFiles) throws -> PPO {
        let ids: [PolicyID] = ["main", "old *", "дом"]
        let algorithm = try PPO(
            environment: EnvironmentSpecification(CartPole.self), configuration: settings(files),
            lineup: Lineup(
                policies: ids, agents: ids.map { AgentID($0.string) },
                mapping: PolicyMapping(rules: [
                    .init(agents: "main", policy: "main"), .init(agents: "old*", policy: "old *"),
                    .init(agents: "*", policy: "дом"),
                ]), policiesToTrain: ["main"]))
        _ = try algorithm.train()
        return algorithm
    }

    /// The forms, and the names of their files.
    static let forms: NativeModelFiles = [.onnx, .safetensors, .c]
    static let names = ["model.onnx", "model.safetensors", "policy.h"]

    @Test("By default there are none")
    func off() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm(.none)
            try algorithm.save(to: directory + "/c")
            #expect(try files(below: directory + "/c").keys.allSatisfy { !$0.contains("/model/") })
            #expect(try algorithm.checkpoint().dictionary()["model"] == nil)
        }
    }

    @Test("Every save has those of each policy, on the disk and in memory", arguments: CheckpointFormat.allCases)
    func saves(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm(Self.forms)
            let path = directory + "/c"
            try algorithm.save(to: path, format: format)
            let checkpoint = try CheckpointDirectory(opening: path)
            #expect(try checkpoint.verify() == .complete)
            let written = try files(below: path)
            let memory = try algorithm.checkpoint().dictionary()
            for id in algorithm.policyIDs {
                let policy = try #require(algorithm.policy(id))
                for form in Self.forms.forms {
                    let expected = try policy.exported(as: form, id: id.string)
                    #expect(written["policies/\(id)/model/\(form.fileName)"] == expected, "\(id) \(form)")
                    #expect(
                        memory["model"].map { StateReader($0) }?.optionalChild(id.string)?.optionalChild(form.fileName)?
                            .tree == .bytes(expected))
                }
            }
            // Training goes on from it as ever, with the same setting.
            let restored = try PPO(restoring: path)
            #expect(restored.configuration.exportsNativeModelFiles == Self.forms)
            _ = try algorithm.train()
            _ = try restored.train()
            #expect(restored.policy("main") == algorithm.policy("main"))
        }
    }

    @Test("Of policies that did not change they are shared with the checkpoint before")
    func shares() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm(Self.forms)
            try algorithm.save(to: directory + "/0")
            _ = try algorithm.train()
            try algorithm.save(to: directory + "/1", sharingWith: directory + "/0")
            func number(_ path: String) throws -> UInt64? {
                try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
            }
            for id in algorithm.policyIDs {
                for name in Self.names {
                    let place = "policies/\(id)/model/\(name)"
                    let isSame = try number("\(directory)/0/\(place)") == number("\(directory)/1/\(place)")
                    #expect(!isSame || id != "main", "\(place)")
                    if id != "main",
                        try number("\(directory)/0/policies/\(id)/policy_state.safetensors")
                            == number("\(directory)/1/policies/\(id)/policy_state.safetensors")
                    {
                        #expect(isSame, "\(place)")
                    }
                }
            }
            try CheckpointDirectory(opening: directory + "/1").verify()
        }
    }

    @Test("Converting keeps them byte for byte", arguments: CheckpointFormat.allCases)
    func converts(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm(Self.forms)
            try algorithm.save(to: directory + "/c")
            try algorithm.exportPolicyCheckpoint("main", to: directory + "/p")
            for name in ["c", "p"] {
                // Not what would be made of the policy: what is there.
                try CheckpointDirectory.convert(
                    from: "\(directory)/\(name)", to: "\(directory)/\(name)2", format: format)
                try CheckpointDirectory(opening: "\(directory)/\(name)2").verify()
                func models(_ path: String) throws -> [String: [UInt8]] {
                    try files(below: path).filter { $0.key.contains("model/") }
                }
                let kept = try models("\(directory)/\(name)2")
                #expect(kept.count == (name == "c" ? 9 : 3))
                #expect(try kept == models("\(directory)/\(name)"))
            }
        }
    }

    @Test("A policy alone has them in its checkpoint when it is asked for, and acts from it")
    func alone() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm([.safetensors])
            let policy = try #require(algorithm.policy("main"))
            for (name, format) in [("a", CheckpointFormat.native), ("b", .msgpack)] {
                try algorithm.exportPolicyCheckpoint("main", to: "\(directory)/\(name)", format: format)
                let checkpoint = try CheckpointDirectory(opening: "\(directory)/\(name)")
                #expect(try checkpoint.verify() == .complete)
                #expect(try Policy(restoring: "\(directory)/\(name)") == policy)
                #expect(
                    try files(below: "\(directory)/\(name)")["model/model.safetensors"]
                        == policy.exported(as: .safetensors, id: "main"))
            }
            try policy.exportCheckpoint(to: directory + "/plain")
            try policy.save(to: directory + "/saved")
            #expect(try files(below: directory + "/plain") == files(below: directory + "/saved"))
            #expect(throws: StateError.self) { try algorithm.exportPolicyCheckpoint("main", to: directory + "/plain") }
            let unknown = #expect(throws: StateError.self) {
                try algorithm.exportPolicyCheckpoint(to: directory + "/x")
            }
            #expect(unknown?.description.contains("old *") == true)
            #expect(throws: StateError.self) { try algorithm.exportPolicyModel("mian", to: directory, as: .c) }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["a", "b", "plain", "saved"])
        }
    }

    @Test("A policy of an algorithm is exported by its id, whatever the method")
    func model() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm(.none)
            let erased = AnyAlgorithm(algorithm)
            let path = try erased.exportPolicyModel("old *", to: directory, as: .safetensors)
            #expect(path == directory + "/model.safetensors")
            #expect(
                try files(below: directory)["model.safetensors"]
                    == algorithm.policy("old *")?.exported(as: .safetensors, id: "old *"))
            try erased.exportPolicyCheckpoint("дом", to: directory + "/дом")
            #expect(try Policy(restoring: directory + "/дом") == algorithm.policy("дом"))
        }
    }

    @Test("A policy may have other files than the rest")
    func ofItsOwn() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try PPO(
                environment: EnvironmentSpecification(CartPole.self), configuration: Self.settings([.safetensors]),
                lineup: Lineup(
                    policies: ["a", "b", "c"], mapping: .all("a"),
                    policyConfigurations: [
                        "b": ["exportsNativeModelFiles": .null], "c": ["exportsNativeModelFiles": ["c", "onnx"]],
                    ]))
            try algorithm.save(to: directory + "/c")
            #expect(
                try files(below: directory + "/c/policies").keys.filter { $0.contains("/model/") }.sorted() == [
                    "a/model/model.safetensors", "c/model/model.onnx", "c/model/policy.h",
                ])
        }
    }

    @Test("A policy that cannot be exported is no checkpoint, and is named")
    func failure() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm([.safetensors])
            var policy = try #require(algorithm.policy("old *"))
            policy.network.parameters[0] = .infinity
            try algorithm.replacePolicy("old *", with: policy)
            for body in [{ try algorithm.save(to: directory + "/c") }, { _ = try algorithm.checkpoint() }] {
                let error = #expect(throws: StateError.self) { try body() }
                #expect(error?.path.contains("policies/old */model/model.safetensors") == true, "\(error as Any)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }
}

@Suite("The setting exportsNativeModelFiles")
struct NativeModelFilesSettingTests {
    @Test(
        "It is a list of forms, true, or nothing",
        arguments: [
            (.null, []), (false, []), ([], []), (true, ["onnx"]), (["c"], ["c"]),
            (["c", "safetensors", "c", "onnx"], ["onnx", "safetensors", "c"]),
        ] as [(StateTree, [String])])
    func values(_ tree: StateTree, _ names: [String]) throws {
        for kind in AlgorithmKind.all where ["PPO", "DQN", "SAC"].contains(kind.name) {
            let resolved = try kind.resolved(["exportsNativeModelFiles": tree])
            let expected: StateTree = names.isEmpty ? .null : .list(names.map { .string($0) })
            #expect(StateReader(resolved).optionalChild("exportsNativeModelFiles")?.tree ?? .null == expected)
        }
        let configuration = try PPO.Configuration(overlaying: ["exportsNativeModelFiles": tree])
        #expect(configuration.exportsNativeModelFiles.names == names)
        #expect(configuration.exportsNativeModelFiles.forms.map(\.name) == names)
    }

    @Test(
        "Anything else is refused, with the nearest form",
        arguments: [
            (["onxx"], "\"onnx\""), ("onnx", "list"), (3, "list"), ([1], "list"), (["a": 1], "list"),
        ] as [(StateTree, String)])
    func refuses(_ tree: StateTree, _ words: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try PPO.Configuration(overlaying: ["exportsNativeModelFiles": tree])
        }
        #expect(error?.key.hasPrefix("exportsNativeModelFiles") == true)
        #expect(error?.problem.contains(words) == true, "\(error as Any)")
    }

    @Test("RLlib's name leads to it")
    func otherName() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try DQN.Configuration(overlaying: ["export_native_model_files": true])
        }
        #expect(error?.problem.contains("\"exportsNativeModelFiles\"") == true)
    }

    @Test("It may be changed for training that goes on")
    func changes() throws {
        try withTemporaryDirectory { directory in
            try NativeModelFilesTests.algorithm(.none).save(to: directory + "/c")
            let restored = try PPO(
                restoring: directory + "/c", configuration: NativeModelFilesTests.settings([.safetensors]))
            try restored.save(to: directory + "/d", sharingWith: directory + "/c")
            #expect(try files(below: directory + "/d").keys.filter { $0.hasSuffix("/model.safetensors") }.count == 3)
            try CheckpointDirectory(opening: directory + "/d").verify()
        }
    }

    @Test("RLlib's files tell of it, and are told", arguments: ["PPO", "DQN", "SAC"])
    func rllib(name: String) throws {
        let environment = name == "SAC" ? "Pendulum-v1" : "CartPole-v1"
        for isOn in [false, true] {
            let algorithm = try AlgorithmKind.named(name).makeAlgorithm(
                environment: TrainingEnvironment(named: environment),
                settings: ["exportsNativeModelFiles": .bool(isOn), "network": ["hidden": [8]]])
            let tree = try embedded(algorithm.settings, algorithm)
            #expect(tree == .bool(isOn))
        }
    }

    @Test("RLlib's own checkpoints tell of it, and their files are carried along unopened")
    func fromRLlib() throws {
        try withTemporaryDirectory { directory in
            let copy = directory + "/c"
            try FileManager.default.copyItem(
                atPath: RLlibFixture.directory + "/ppo_cartpole/checkpoint", toPath: copy)
            #expect(try PPO(restoring: copy).configuration.exportsNativeModelFiles == .none)
            let folder = copy + "/policies/default_policy"
            let file = URL(fileURLWithPath: folder + "/policy_state.msgpck")
            var bytes = try Data(contentsOf: file)
            let key = try #require(bytes.range(of: Data("export_native_model_files".utf8)))
            bytes[key.upperBound] = 0xc3
            try bytes.write(to: file, options: .atomic)
            try FileManager.default.createDirectory(atPath: folder + "/model", withIntermediateDirectories: false)
            try Data([0x80, 2]).write(to: URL(fileURLWithPath: folder + "/model/model.pt"))
            let restored = try PPO(restoring: copy)
            #expect(restored.configuration.exportsNativeModelFiles == true)
            try restored.save(to: directory + "/saved", format: .msgpack)
            #expect(
                try files(below: directory + "/saved")["policies/default_policy/model/model.onnx"]
                    == restored.policy()?.exported(as: .onnx, id: "default_policy"))
            try CheckpointDirectory.convert(from: copy, to: directory + "/native", format: .native)
            #expect(try files(below: directory + "/native")["policies/default_policy/model/model.pt"] == [0x80, 2])
            try CheckpointDirectory(opening: directory + "/native").verify()
        }
    }

    /// What RLlib reads of the setting in a file of the format MessagePack, and what is read back of it.
    private func embedded(_ settings: StateTree, _ algorithm: AnyAlgorithm) throws -> StateTree? {
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/c", format: .msgpack)
            for (path, places) in [
                ("algorithm_state.msgpck", [["config"]]),
                ("policies/default_policy/policy_state.msgpck", [["policy_spec", "config"]]),
            ] {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/c/\(path)"))
                let found = bytes.range(of: Data("export_native_model_files".utf8))
                #expect(found != nil, "\(places)")
                // The byte behind the key: 0xc2 for false, 0xc3 for true.
                if let found {
                    let isOn = StateReader(settings).optionalChild("exportsNativeModelFiles") != nil
                    #expect(bytes[found.upperBound] == (isOn ? 0xc3 : 0xc2), "\(path)")
                }
            }
            let restored = try AnyAlgorithm(restoring: directory + "/c")
            let files = StateReader(restored.settings).optionalChild("exportsNativeModelFiles")
            return .bool(files != nil)
        }
    }
}
