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
                    #expect(isSame == (id != "main"), "\(place)")
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
