import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinRLlib
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// Tensors under the names of RLlib, beside those that it saved itself.
struct RLlibNameTests {
    /// A policy whose observations are bits: a vector here, and in RLlib an array that it flattens first.
    private static let differentlyRead = ["ppo_bits"]

    @Test("What RLlib has saved comes back under its names, bit for bit")
    func fixtures() throws {
        var paths = try RLlibFixture.names.map { ($0, try RLlibFixture($0).path) }
        for (name, _) in RLlibFixture.algorithms {
            paths += try RLlibFixture.policies(of: name).map { ("\(name) \($0.id)", $0.fixture.path) }
        }
        #expect(paths.count > 25)
        for (name, path) in paths where !Self.differentlyRead.contains(name) {
            let policy = try Policy(restoring: path)
            var tensors = try TensorFile(policy.exported(as: .safetensors(.rllib))).tensors
            let weights = try #require(try RLlibFixture.file(path)["weights"])
            for (key, value) in try StateReader(weights).map() where !Self.isLeftOut(key) {
                // SAC has a network of PPO's form for discrete actions, in a part of its own.
                let own = policy.actionSpace.isDiscrete ? key.replacing("action_model.", with: "") : key
                let tensor = try #require(tensors[own], "\(name) \(key)")
                tensors[own] = nil
                let floats = try value.tensor(shape: tensor.shape).floats()
                #expect(floats.map { Double($0) } == tensor.numbers, "\(name) \(key)")
            }
            let scaling = policy.observationNormalizer == nil ? [] : ["normaliser.divisor", "normaliser.shift"]
            #expect(tensors.keys.sorted() == scaling, "\(name)")
        }
    }

    /// Whether a tensor does not matter to acting, or is another one under a second name.
    private static func isLeftOut(_ name: String) -> Bool {
        name.contains("value_branch") || name.contains("value_layer") || name.contains("q_net.")
            || name.contains("flatten_0.") || ["log_alpha", "target_entropy"].contains(name)
    }

    @Test("Dueling heads without hidden layers have one that passes on what it reads, as RLlib's need one")
    func bareHeads() throws {
        func policy(_ activation: Activation, observations: [Int] = [3]) -> SamplePolicy {
            SamplePolicy(
                "bare", .discrete(4), .actionValues(ActionValues(count: 4, isDueling: true)),
                observations: observations, hidden: [2], activation: activation, value: .shared)
        }
        let file = try TensorFile(policy(.relu).policy.exported(as: .safetensors(.rllib)))
        for head in ["advantage_module.dueling_A_0", "value_module.dueling_V_0"] {
            #expect(file.tensors["\(head)._model.0.weight"]?.numbers == [1, 0, 0, 1])
            #expect(file.tensors["\(head)._model.0.bias"]?.numbers == [0, 0])
        }
        #expect(file.tensors["advantage_module.A._model.0.weight"]?.shape == [4, 2])
        #expect(file.tensors["value_module.V._model.0.weight"]?.shape == [1, 2])
        // Observations that are no vectors are followed by a linear layer.
        let flattened = try TensorFile(
            policy(.relu, observations: [2, 2]).policy.exported(as: .safetensors(.rllib)))
        #expect(flattened.tensors["flatten.0._hidden_layers.0._model.0.weight"]?.shape == [2, 4])
        #expect(flattened.tensors["logits_layer._model.0.weight"]?.numbers == [1, 0, 0, 1])
        let error = try #require(throws: StateError.self) {
            try policy(.tanh).policy.exported(as: .safetensors(.rllib))
        }
        #expect(error.message.hasPrefix("RLlib has no dueling heads without a layer that has relu"))
    }

    @Test("A policy that RLlib has no equal for is an error that says why")
    func refusals() {
        let images = SamplePolicy("images", .discrete(2), observations: [2, 2, 3])
        for exported in SamplePolicy.all + [images] {
            let reason = Self.reason(exported.policy)
            do {
                _ = try exported.policy.exported(as: .safetensors(.rllib))
                #expect(reason == nil, "\(exported)")
            } catch {
                #expect(error.code == .unsupportedFormat)
                #expect(error.message.hasPrefix("RLlib has no "))
                #expect(reason.map { error.message.contains($0) } == true, "\(exported): \(error)")
            }
        }
    }

    private static func reason(_ policy: Policy) -> String? {
        let architecture = policy.network.architecture
        if architecture.recurrent != nil { return "recurrent layer" }
        if policy.observationSpace.shape.count == 3 { return "of the shape [2, 2, 3]" }
        switch policy.distribution {
        case .actionValues(let values):
            if values.atoms > 1 { return "distributions of action values" }
            if values.isDueling, architecture.value == .separate { return "without layers that both heads read" }
            guard values.isDueling else { return nil }
            return architecture.headHidden.isEmpty ? "without a layer that has relu" : "but with relu"
        case .diagonalGaussian where policy.observationSpace.shape.count != 1: return "free log standard deviations"
        case .deterministic: return "deterministic policies"
        case .stateDependentGaussian: return "state-dependent exploration"
        default:
            let other = architecture.headActivation ?? architecture.activation
            return other == architecture.activation ? nil : "several nonlinearities"
        }
    }
}
