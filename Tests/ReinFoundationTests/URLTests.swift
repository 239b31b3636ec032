import Foundation
import Rein
import ReinFoundation
import ReinInterop
import Testing

@Suite("URLs in the place of paths")
final class URLTests {
    /// A directory whose name a URL writes in another way.
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "rein 100% \u{E9} \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func place(_ name: String) -> URL { directory.appending(path: name, directoryHint: .isDirectory) }

    private static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 2
        $0.rolloutLength = 16
        $0.epochs = 1
        $0.minibatchSize = 16
        $0.network.hidden = [8]
    }

    @Test("An algorithm is saved, restored and gone on with, and its policies act")
    func algorithm() throws {
        let algorithm = try PPO(environment: CartPole.self, configuration: Self.configuration)
        _ = try algorithm.train()
        try algorithm.save(to: place("first"))
        try algorithm.save(to: place("second"), sharingWith: place("first"))
        #expect(FileManager.default.fileExists(atPath: directory.path + "/first/rllib_checkpoint.json"))
        let restored = try PPO(restoring: place("first"))
        #expect(restored.state == algorithm.state)
        #expect(
            try PPO(restoring: place("second"), environment: EnvironmentSpecification(CartPole.self)).state
                == algorithm.state)
        _ = try restored.train()
        try restored.restore(from: place("second"))
        #expect(restored.counters == algorithm.counters)
        let policy = try Policy(restoring: place("first"), id: .default)
        #expect(policy.action(for: [0, 0, 0, 0]) == algorithm.policy()?.action(for: [0, 0, 0, 0]))
    }

    @Test("A policy is exported, and so is a checkpoint of it")
    func exports() throws {
        let algorithm = try PPO(environment: CartPole.self, configuration: Self.configuration)
        let policy = try #require(algorithm.policy())
        let expected = Data(try policy.exported(as: .safetensors, id: "default_policy"))
        let first = try algorithm.exportPolicyModel(to: directory, as: .safetensors)
        #expect(first == directory.appending(path: "model.safetensors", directoryHint: .notDirectory))
        #expect(try Data(contentsOf: first) == expected)
        let second = try policy.exportModel(
            to: directory, as: .safetensors, id: "default_policy", replacingExisting: true)
        #expect(try Data(contentsOf: second) == expected)
        try algorithm.exportPolicyCheckpoint(to: place("first"))
        try policy.exportCheckpoint(to: place("second"), models: [.safetensors], id: "default_policy")
        #expect(try Policy(restoring: place("first")).network == policy.network)
        #expect(try Data(contentsOf: place("second").appending(path: "model/model.safetensors")) == expected)
        let address = try #require(URL(string: "https://example.org/x"))
        #expect(throws: StateError.self) { try policy.exportModel(to: address, as: .safetensors) }
        #expect(throws: StateError.self) { try algorithm.exportPolicyCheckpoint(to: address) }
    }

    @Test("A policy and its checkpoint are written, opened and converted")
    func policy() throws {
        let algorithm = try PPO(environment: CartPole.self, configuration: Self.configuration)
        var policy = try #require(algorithm.policy())
        try policy.save(to: place("policy"))
        try policy.save(to: place("policy"), replacingExisting: true)
        #expect(try CheckpointDirectory.exists(at: place("policy")))
        #expect(try !CheckpointDirectory.exists(at: place("nothing")))
        try CheckpointDirectory.convert(from: place("policy"), to: place("converted"), format: .msgpack)
        let opened = try CheckpointDirectory(opening: place("converted"))
        #expect(opened.format == .msgpack)
        #expect(opened.url == place("converted"))
        try policy.restore(from: place("converted"))
        try CheckpointDirectory.writePolicy(to: place("written"), format: .native, policy: policy.state)
        #expect(try Policy(restoring: place("written")).state == policy.state)
    }

    @Test("A URL that is not of a file is refused by its name")
    func remote() throws {
        let url = try #require(URL(string: "https://example.org/checkpoint"))
        let error = #expect(throws: StateError.self) { try Policy(restoring: url) }
        #expect(error?.path == "https://example.org/checkpoint")
        #expect(error?.message.contains("no URL of a file") == true)
        #expect(throws: StateError.self) { try CheckpointDirectory.exists(at: url) }
        #expect(throws: StateError.self) { try StableBaselines3Agent(opening: url) }
        #expect(throws: StateError.self) { try StableBaselines3Normalization(opening: url) }
        #expect(throws: StateError.self) { try PPO(restoring: url) }
    }

    @Test("A file that is not there is named by its path, without the escapes of a URL")
    func missing() throws {
        let error = #expect(throws: StateError.self) { try CheckpointDirectory(opening: place("no where")) }
        #expect(error?.path.hasSuffix("/no where") == true, "\(error?.path ?? "")")
    }
}
