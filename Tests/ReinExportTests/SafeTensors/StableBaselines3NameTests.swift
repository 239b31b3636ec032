import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport
@testable import ReinInterop

/// Tensors under the names of Stable-Baselines3, beside those that it saved itself.
struct StableBaselines3NameTests {
    /// Agents whose deviations are others here than in their file, though they mean the same.
    private static let converted = [
        "a2c_state_dependent", "ppo_expln", "ppo_expln_squashed", "sac_expln", "ppo_uneven_shared",
    ]

    @Test("What Stable-Baselines3 has saved comes back under its names, bit for bit", arguments: ["", "Version1"])
    func agents(_ version: String) throws {
        let tests = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/").dropFirst()
        let folder = "\(tests)/ReinInteropTests/Fixtures/StableBaselines3\(version)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zip") }
        #expect(files.count >= (version.isEmpty ? 25 : 8))
        for file in files.sorted() {
            let policy = try StableBaselines3Agent(opening: "\(folder)/\(file)").policy
            var tensors = try TensorFile(policy.exported(as: .safetensors(.sb3))).tensors
            let archive = try AgentArchive(ZipArchive(opening: "\(folder)/\(file)")).tensors()
            let shared = archive.names.filter { $0.hasPrefix("mlp_extractor.shared_net") }.count
            for name in archive.names where !Self.isLeftOut(name) {
                var own = name.replacing("shared_net", with: "policy_net")
                if shared > 0, name.hasPrefix("mlp_extractor.policy_net") {
                    // Two tensors of each layer, and two places.
                    let parts = name.split(separator: ".").map(String.init)
                    own = "\(parts[0]).\(parts[1]).\((Int(parts[2]) ?? -1) + shared).\(parts[3])"
                }
                let tensor = try #require(tensors[own], "\(file) \(name)")
                tensors[own] = nil
                if name.hasSuffix("log_std"), Self.converted.contains(String(file.dropLast(4))) { continue }
                let floats = try archive.floats(name, shape: tensor.shape)
                #expect(floats.map { Double($0) } == tensor.numbers, "\(file) \(name)")
            }
            #expect(tensors.isEmpty, "\(file)")
        }
    }

    /// Whether a tensor does not matter to acting.
    private static func isLeftOut(_ name: String) -> Bool {
        ["critic", "actor_target.", "q_net_target.", "mlp_extractor.value_net.", "value_net."].contains {
            name.hasPrefix($0)
        }
    }

    @Test("An LSTM has the names of RecurrentPPO")
    func recurrent() throws {
        let lstm = SamplePolicy(
            "LSTM", .discrete(4), hidden: [8], recurrent: RecurrentArchitecture(kind: .lstm, width: 6),
            normalizer: .gymnasium)
        let file = try TensorFile(lstm.policy.exported(as: .safetensors(.sb3)))
        let names = ["mlp_extractor.policy_net.0", "action_net"].flatMap { ["\($0).weight", "\($0).bias"] }
        let memory = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map { "lstm_actor.\($0)" }
        #expect(Set(file.names) == Set(names + memory + ["normaliser.shift", "normaliser.scale"]))
        #expect(file.tensors["lstm_actor.weight_ih_l0"]?.shape == [24, 3])
        #expect(try file.json("names") as? String == "sb3")
    }

    @Test("A policy that it has no equal for is an error that says why")
    func refusals() {
        for exported in SamplePolicy.all {
            let policy = exported.policy
            let reason = Self.reason(policy)
            do {
                _ = try policy.exported(as: .safetensors(.sb3))
                #expect(reason == nil, "\(exported)")
            } catch {
                #expect(error.code == .unsupportedFormat)
                #expect(error.message.hasPrefix("Stable-Baselines3 has no "))
                #expect(reason.map { error.message.contains($0) } == true, "\(exported): \(error)")
            }
        }
    }

    private static func reason(_ policy: Policy) -> String? {
        let architecture = policy.network.architecture
        if let other = architecture.headActivation, other != architecture.activation { return "nonlinearities" }
        if policy.network.architecture.recurrent?.kind == .gru { return "but LSTM" }
        switch policy.distribution {
        case .actionValues(let values):
            return values.isDueling ? "dueling" : values.atoms > 1 ? "distributions of action values" : nil
        case .conditionalGaussian: return "not squashed with deviations"
        case .stateDependentGaussian(let kind):
            return kind.meanLimit != nil && !kind.isSquashed ? "limits of means" : nil
        default: return nil
        }
    }
}
