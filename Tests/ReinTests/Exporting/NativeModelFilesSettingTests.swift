import Foundation
import Rein
import ReinTestSupport
import Testing

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

            // What cannot be carried along is not dropped in silence; restoring does not look at it.
            let link = folder + "/model/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "model.pt")
            let error = try #require(throws: StateError.self) {
                try CheckpointDirectory.convert(from: copy, to: directory + "/other", format: .native)
            }
            #expect(error.path == link && error.message.contains("is no plain file"))
            #expect(!FileManager.default.fileExists(atPath: directory + "/other"))
            _ = try PPO(restoring: copy)
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
