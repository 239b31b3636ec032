import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@Suite("Nonlinearities of the heads' own hidden layers")
struct HeadActivationTests {
    static func network(
        _ value: ActorCriticArchitecture.ValueNetwork, activation: Activation = .tanh, heads: Activation? = .silu
    ) -> ActorCritic {
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 3, outputs: 2, hidden: [8, 6], activation: activation, value: value, headHidden: [7, 5],
                headActivation: heads))
        var random = RandomStream(seed: 1, name: "network")
        network.initialize(policyGain: 1, using: &random)
        for index in network.parameters.indices { network.parameters[index] += 0.1 * random.nextNormal() }
        return network
    }

    /// The outputs of the policy head for one observation.
    static func outputs(of network: ActorCritic, _ input: [Float]) -> [Float] {
        let workspace = ActorCriticWorkspace(for: network, rows: 1, training: false)
        let head = network.policyOutputs(
            rows: 1, input: input, parameters: network.parameters, workspace: workspace)
        return Array(UnsafeBufferPointer(start: head, count: network.architecture.outputs))
    }

    @Test("A network without values has tanh below and relu above")
    func byHand() {
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 1, outputs: 1, hidden: [1], activation: .tanh, value: .none, headHidden: [2],
                headActivation: .relu))
        // h = tanh(0.5 x), g = relu([2 h − 0.2, −3 h + 0.1]), y = 3 g₀ − g₁ + 0.25
        network.parameters = [0.5, 0, 2, -3, -0.2, 0.1, 3, -1, 0.25]
        #expect(network.views.map(\.name).filter { $0.hasSuffix("weight") }.count == 3)
        // tanh(0.5) = 0.462 117 157, and tanh(−1) = −0.761 594 156.
        for (input, expected) in [(1, 3 * 0.724_234_314 + 0.25), (-2, -2.384_782_468 + 0.25)] as [(Float, Float)] {
            let output = Self.outputs(of: network, [input])
            #expect(abs(output[0] - expected) < 2e-6, "\(output), \(expected)")
        }
    }

    @Test("Each layer has the nonlinearity of its place, and the names are those of networks without the setting")
    func layers() {
        let shared = Self.network(.shared)
        #expect(shared.trunk?.layers.map(\.activation) == [.tanh, .tanh])
        #expect(shared.policy.layers.map(\.activation) == [.silu, .silu, .identity])
        #expect(shared.value?.layers.map(\.activation) == [.silu, .silu, .identity])
        let alone = Self.network(.none)
        #expect(alone.policy.layers.map(\.activation) == [.tanh, .tanh, .silu, .silu, .identity])
        let plain = ActorCritic(
            ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [8, 6, 7, 5], activation: .tanh, value: .none))
        #expect(alone.views == plain.views)
        #expect(Self.network(.shared, heads: nil).views == shared.views)
        #expect(alone.architecture.featureCount == 5)
    }

    @Test("Without a nonlinearity of their own, layers of the only head are hidden layers like the others")
    func withoutOwn() {
        let alone = Self.network(.none, heads: nil)
        var plain = ActorCritic(
            ActorCriticArchitecture(inputs: 3, outputs: 2, hidden: [8, 6, 7, 5], activation: .tanh, value: .none))
        plain.parameters = alone.parameters
        let input: [Float] = [0.3, -1, 0.7]
        #expect(Self.outputs(of: alone, input) == Self.outputs(of: plain, input))
    }

    @Test(
        "Gradients through mixed nonlinearities equal central differences",
        arguments: [ActorCriticArchitecture.ValueNetwork.shared, .none],
        [
            (.tanh, .relu), (.relu, .tanh), (.silu, .tanh), (.tanh, .silu), (.elu, .tanh), (.gelu, .sigmoid),
            (.sigmoid, .gelu),
        ] as [(Activation, Activation)])
    func gradients(value: ActorCriticArchitecture.ValueNetwork, activations: (Activation, Activation)) {
        let network = Self.network(value, activation: activations.0, heads: activations.1)
        let rows = 7
        // No unit with relu may be so close to its kink that a step of the difference crosses it.
        let input = PerceptronTests.parameters(rows * 3, seed: 5)
        let headWeights = PerceptronTests.parameters(rows * 2, seed: 3)
        let valueWeights = PerceptronTests.parameters(rows, seed: 4)
        let workspace = ActorCriticWorkspace(for: network, rows: rows, training: true)
        var gradients = [Float](repeating: .nan, count: network.parameters.count)
        if value == .shared {
            _ = network.bothOutputs(rows: rows, input: input, parameters: network.parameters, workspace: workspace)
            network.sharedBackward(
                rows: rows, input: input, parameters: network.parameters, outputGradient: headWeights,
                valueGradient: valueWeights, gradients: &gradients, workspace: workspace)
        } else {
            _ = network.policyOutputs(rows: rows, input: input, parameters: network.parameters, workspace: workspace)
            network.policyBackward(
                rows: rows, input: input, parameters: network.parameters, outputGradient: headWeights,
                gradients: &gradients, workspace: workspace)
        }
        let expected = CentralDifferences.gradient(at: network.parameters.map { Double($0) }) { parameters in
            (0..<rows).reduce(0.0) { sum, row in
                let (head, value) = ReferencePerceptron.actorCritic(
                    network, input: input[row * 3..<row * 3 + 3].map { Double($0) }, parameters: parameters)
                let own = Double(headWeights[2 * row]) * head[0] + Double(headWeights[2 * row + 1]) * head[1]
                return sum + own + Double(valueWeights[row]) * (value ?? 0)
            }
        }
        #expect(CentralDifferences.relativeError(gradients, expected) < 1e-5)
    }

    @Test("A description is written with the key only when there is one, and read with or without it")
    func codable() throws {
        for value in [ActorCriticArchitecture.ValueNetwork.shared, .none] {
            let network = Self.network(value)
            let isRestored = try ActorCritic(restoring: StateReader(network.state)) == network
            #expect(isRestored)
        }
        var architecture = Self.network(.shared).architecture
        #expect(keys(of: architecture).last == "headActivation")
        architecture.headActivation = nil
        #expect(
            keys(of: architecture) == [
                "inputs", "outputs", "hidden", "activation", "value", "valueOutputs", "headHidden", "hasLogDeviation",
                "hasLogDeviationPerFeature", "recurrent",
            ])
        let old = try JSON.parse(
            """
            {"inputs": 3, "outputs": 2, "hidden": [8, 6], "activation": "tanh", "value": "shared", "valueOutputs": 1,
             "headHidden": [7, 5], "hasLogDeviation": false, "hasLogDeviationPerFeature": false, "recurrent": null}
            """)
        let decoded = try StateDecoder().decode(ActorCriticArchitecture.self, from: old, path: "")
        #expect(decoded == architecture)
        let isWrittenAsBefore = StateEncoder().encode(decoded) == old
        #expect(isWrittenAsBefore)
    }

    private func keys(of architecture: ActorCriticArchitecture) -> [String] {
        guard case .map(let map) = StateEncoder().encode(architecture) else { return [] }
        return map.keys
    }

    @Test("A separate value network has no hidden layers of heads")
    func refusal() {
        var architecture = Self.network(.shared).architecture
        #expect(architecture.problem == nil)
        architecture.value = .separate
        #expect(architecture.problem != nil)
        architecture.headHidden = []
        #expect(architecture.problem == nil)
    }
}
