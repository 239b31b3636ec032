import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@Suite("Actor-critic networks with memory")
struct RecurrentActorCriticTests {
    static let values = ActorCriticArchitecture.ValueNetwork.allCases

    static func network(
        _ kind: RecurrentKind, _ value: ActorCriticArchitecture.ValueNetwork, hidden: [Int] = [4]
    ) -> ActorCritic {
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 3, outputs: 2, hidden: hidden, value: value, hasLogDeviation: true,
                recurrent: RecurrentArchitecture(kind: kind, width: 3)))
        var random = RandomStream(seed: 1, name: "network")
        network.initialize(policyGain: 1, logDeviation: -0.5, using: &random)
        // Biases too, so that none of them goes unnoticed.
        for index in network.parameters.indices { network.parameters[index] += 0.2 * random.nextNormal() }
        return network
    }

    @Test("Views cover the flat buffer without gaps, in order", arguments: RecurrentKind.allCases, values)
    func views(kind: RecurrentKind, value: ActorCriticArchitecture.ValueNetwork) {
        let network = Self.network(kind, value)
        var next = 0
        for view in network.views {
            #expect(view.offset == next)
            next += view.count
        }
        #expect(next == network.parameters.count)
        #expect(Set(network.views.map(\.name)).count == network.views.count)
        let cores = value == .separate ? ["policyCore", "valueCore"] : ["core"]
        for core in cores {
            let names = network.views.map(\.name).filter { $0.hasPrefix(core + "/") }
            #expect(names == ["input/weight", "input/bias", "hidden/weight", "hidden/bias"].map { "\(core)/\($0)" })
        }
        #expect(network.stateWidth == cores.count * kind.stateCount * 3)
    }

    @Test(
        "Gradients through time equal central differences, with episodes that start inside sequences",
        arguments: RecurrentKind.allCases, [(true, [4]), (true, []), (false, [4])])
    func gradients(kind: RecurrentKind, shape: (shared: Bool, hidden: [Int])) {
        let network = Self.network(kind, shape.shared ? .shared : .separate, hidden: shape.hidden)
        let (steps, count) = (5, 2)
        let rows = steps * count
        let input = PerceptronTests.parameters(rows * 3, seed: 2)
        let headWeights = PerceptronTests.parameters(rows * 2, seed: 3)
        let valueWeights = PerceptronTests.parameters(rows, seed: 4)
        let states = PerceptronTests.parameters(count * network.stateWidth, seed: 5)
        var starts = [Bool](repeating: false, count: rows)
        for index in [1, 2 * 2, 4 * 2 + 1] { starts[index] = true }
        let workspace = ActorCriticWorkspace(for: network, rows: rows + 4, training: true)
        var gradients = [Float](repeating: 0, count: network.parameters.count)
        starts.withUnsafeBufferPointer { starts in
            states.withUnsafeBufferPointer { states in
                let sequences = RecurrentSequences(steps: steps, starts: starts.baseAddress, states: states.baseAddress)
                guard shape.shared else {
                    _ = network.policyOutputs(
                        rows: rows, input: input, parameters: network.parameters, workspace: workspace,
                        sequences: sequences)
                    network.policyBackward(
                        rows: rows, input: input, parameters: network.parameters, outputGradient: headWeights,
                        gradients: &gradients, workspace: workspace, sequences: sequences)
                    _ = network.values(
                        rows: rows, input: input, parameters: network.parameters, workspace: workspace,
                        sequences: sequences)
                    return network.valueBackward(
                        rows: rows, input: input, parameters: network.parameters, valueGradient: valueWeights,
                        gradients: &gradients, workspace: workspace, sequences: sequences)
                }
                _ = network.bothOutputs(
                    rows: rows, input: input, parameters: network.parameters, workspace: workspace,
                    sequences: sequences)
                network.sharedBackward(
                    rows: rows, input: input, parameters: network.parameters, outputGradient: headWeights,
                    valueGradient: valueWeights, gradients: &gradients, workspace: workspace, sequences: sequences)
            }
        }
        let expected = CentralDifferences.gradient(at: network.parameters.map { Double($0) }) { parameters in
            var loss = 0.0
            for sequence in 0..<count {
                let order = (0..<steps).map { $0 * count + sequence }
                let width = network.stateWidth
                let outputs = ReferenceRecurrent.actorCritic(
                    network, inputs: order.map { row in input[row * 3..<row * 3 + 3].map { Double($0) } },
                    starts: order.map { starts[$0] },
                    state: states[sequence * width..<(sequence + 1) * width].map { Double($0) },
                    parameters: parameters)
                for (row, output) in zip(order, outputs) {
                    loss += Double(headWeights[2 * row]) * output.head[0]
                    loss += Double(headWeights[2 * row + 1]) * output.head[1]
                    loss += Double(valueWeights[row]) * (output.value ?? 0)
                }
            }
            return loss
        }
        #expect(CentralDifferences.relativeError(gradients, expected) < 1e-5)
    }

    @Test(
        "Step by step, both heads give the bits of whole sequences", arguments: RecurrentKind.allCases,
        [ActorCriticArchitecture.ValueNetwork.separate, .shared])
    func stepByStep(kind: RecurrentKind, value: ActorCriticArchitecture.ValueNetwork) throws {
        let network = Self.network(kind, value)
        let (steps, count) = (6, 4)
        let input = PerceptronTests.parameters(steps * count * 3, seed: 2)
        let workspace = ActorCriticWorkspace(for: network, rows: steps * count, training: false)
        func copies(
            _ outputs: (policy: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>), rows: Int
        ) -> (heads: [Float], values: [Float]) {
            (
                Array(UnsafeBufferPointer(start: outputs.policy, count: rows * 2)),
                Array(UnsafeBufferPointer(start: outputs.values, count: rows))
            )
        }
        let whole = copies(
            network.bothOutputs(
                rows: steps * count, input: input, parameters: network.parameters, workspace: workspace,
                sequences: RecurrentSequences(steps: steps)), rows: steps * count)
        let states = AlignedBuffer<Float>(count: count * network.stateWidth)
        var heads: [Float] = []
        var values: [Float] = []
        for step in 0..<steps {
            let block = Array(input[step * count * 3..<(step + 1) * count * 3])
            let before = Array(states.elements)
            let peeked = network.values(
                rows: count, input: block, parameters: network.parameters, workspace: workspace,
                sequences: .step(from: states.pointer))
            let expected = Array(UnsafeBufferPointer(start: peeked, count: count))
            #expect(Array(states.elements) == before, "states are only read")
            let one = copies(
                network.bothOutputs(
                    rows: count, input: block, parameters: network.parameters, workspace: workspace,
                    sequences: .step(updating: states.pointer)), rows: count)
            #expect(one.values == expected)
            heads += one.heads
            values += one.values
        }
        #expect(heads == whole.heads)
        #expect(values == whole.values)
    }

    @Test("A saved network is restored bit for bit", arguments: RecurrentKind.allCases, values)
    func state(kind: RecurrentKind, value: ActorCriticArchitecture.ValueNetwork) throws {
        let network = Self.network(kind, value)
        #expect(try ActorCritic(restoring: StateReader(network.state)) == network)
    }

    @Test("A description without the key is of a network without memory, and impossible ones are refused")
    func descriptions() throws {
        guard case .map(var map) = Self.network(.lstm, .shared).state, case .map(var plain)? = map["architecture"]
        else { throw StateError(.wrongType, "not the expected tree") }
        plain["recurrent"] = nil
        map["architecture"] = .map(plain)
        let feedForward = try StateDecoder().decode(
            ActorCriticArchitecture.self, from: .map(plain), path: "architecture")
        #expect(feedForward.recurrent == nil)
        let error = try #require(throws: StateError.self) { try ActorCritic(restoring: StateReader(.map(map))) }
        #expect(error.path.hasPrefix("parameters"), "the parameters are those of another network: \(error)")
        let impossible: [StateTree] = [
            ["kind": "lstm", "width": 0], ["kind": "lstm", "width": -3], ["kind": "gru", "width": .int(1 << 40)],
            ["kind": "gru", "width": 65_536], ["kind": "rnn", "width": 8], ["kind": 3, "width": 8],
            ["kind": "gru", "width": "wide"], ["kind": "gru"], "lstm",
        ]
        for description in impossible {
            plain["recurrent"] = description
            map["architecture"] = .map(plain)
            let error = try #require(throws: StateError.self) { try ActorCritic(restoring: StateReader(.map(map))) }
            #expect(error.path.hasPrefix("architecture"), "\(error)")
        }
    }

    @Test("Recurrent weights start with orthonormal rows, PyTorch's way within ±1/√width")
    func initialization() throws {
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 3, outputs: 2, value: .separate, recurrent: RecurrentArchitecture(kind: .lstm, width: 8)))
        var random = RandomStream(seed: 3, name: "initialization")
        network.initialize(using: &random)
        for core in [try #require(network.policyCore), try #require(network.valueCore)] {
            for layer in core.layers {
                for first in 0..<layer.inputs {
                    for second in 0..<layer.inputs {
                        let product = (0..<layer.outputs).reduce(0.0) { sum, column in
                            sum + Double(network.parameters[layer.offset + first * layer.outputs + column])
                                * Double(network.parameters[layer.offset + second * layer.outputs + column])
                        }
                        #expect(abs(product - (first == second ? 1 : 0)) < 1e-5)
                    }
                }
                #expect(network.parameters[layer.biasOffset..<layer.endOffset].allSatisfy { $0 == 0 })
            }
        }
        network.initializeUniformly(using: &random)
        let range = try #require(network.policyCore).parameterRange
        let largest = try #require(network.parameters[range].map(abs).max())
        #expect(largest <= 1 / Float(8).squareRoot() && largest > 0.3)
    }
}
