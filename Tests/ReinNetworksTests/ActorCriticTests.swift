import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@Suite("Actor-critic networks")
struct ActorCriticTests {
    static func network(_ value: ActorCriticArchitecture.ValueNetwork, hasLogDeviation: Bool = false) -> ActorCritic {
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 3, outputs: 2, hidden: [8, 6], activation: .tanh, value: value,
                hasLogDeviation: hasLogDeviation))
        var random = RandomStream(seed: 1, name: "network")
        network.initialize(policyGain: 1, logDeviation: -0.5, using: &random)
        return network
    }

    @Test(
        "Views cover the flat buffer without gaps, in order", arguments: ActorCriticArchitecture.ValueNetwork.allCases)
    func views(value: ActorCriticArchitecture.ValueNetwork) {
        let network = Self.network(value, hasLogDeviation: true)
        var next = 0
        for view in network.views {
            #expect(view.offset == next)
            next += view.count
        }
        #expect(next == network.parameters.count)
        #expect(Set(network.views.map(\.name)).count == network.views.count)
    }

    @Test("Gradients of both heads equal central differences", arguments: [true, false])
    func gradients(shared: Bool) {
        let network = Self.network(shared ? .shared : .separate)
        let rows = 7
        let input = PerceptronTests.parameters(rows * 3, seed: 2)
        let headWeights = PerceptronTests.parameters(rows * 2, seed: 3)
        let valueWeights = PerceptronTests.parameters(rows, seed: 4)
        let workspace = ActorCriticWorkspace(for: network, rows: rows, training: true)
        var gradients = [Float](repeating: 0, count: network.parameters.count)
        if shared {
            _ = network.bothOutputs(
                rows: rows, input: input, parameters: network.parameters, workspace: workspace)
            network.sharedBackward(
                rows: rows, input: input, parameters: network.parameters, outputGradient: headWeights,
                valueGradient: valueWeights, gradients: &gradients, workspace: workspace)
        } else {
            _ = network.policyOutputs(
                rows: rows, input: input, parameters: network.parameters, workspace: workspace)
            _ = network.values(rows: rows, input: input, parameters: network.parameters, workspace: workspace)
            network.policyBackward(
                rows: rows, input: input, parameters: network.parameters, outputGradient: headWeights,
                gradients: &gradients, workspace: workspace)
            network.valueBackward(
                rows: rows, input: input, parameters: network.parameters, valueGradient: valueWeights,
                gradients: &gradients, workspace: workspace)
        }
        let expected = CentralDifferences.gradient(at: network.parameters.map { Double($0) }) { parameters in
            (0..<rows).reduce(0.0) { sum, row in
                let (head, value) = ReferencePerceptron.actorCritic(
                    network, input: input[row * 3..<row * 3 + 3].map { Double($0) }, parameters: parameters)
                return sum + Double(headWeights[2 * row]) * head[0] + Double(headWeights[2 * row + 1]) * head[1]
                    + Double(valueWeights[row]) * (value ?? 0)
            }
        }
        #expect(CentralDifferences.relativeError(gradients, expected) < 1e-5)
    }

    @Test("A saved network is restored bit for bit", arguments: ActorCriticArchitecture.ValueNetwork.allCases)
    func state(value: ActorCriticArchitecture.ValueNetwork) throws {
        let network = Self.network(value, hasLogDeviation: true)
        let restored = try ActorCritic(restoring: StateReader(network.state))
        #expect(restored == network)
    }

    @Test("A tensor of another shape, a missing one, an unknown one and one with numbers that are none are named")
    func damagedState() throws {
        let state = Self.network(.separate).state
        func changed(_ change: (inout StateMap) -> Void) throws -> StateError {
            guard case .map(var map) = state, case .map(var parameters)? = map["parameters"],
                case .map(var policy)? = parameters["policy"], case .map(var layer)? = policy["1"]
            else { throw StateError(.wrongType, "not the expected tree") }
            change(&layer)
            policy["1"] = .map(layer)
            parameters["policy"] = .map(policy)
            map["parameters"] = .map(parameters)
            let damaged = StateTree.map(map)
            return try #require(throws: StateError.self) { try ActorCritic(restoring: StateReader(damaged)) }
        }
        let shape = try changed { $0["weight"] = .tensor(StateTensor([Float](repeating: 1, count: 2), shape: [1, 2])) }
        #expect(shape.path == "parameters/policy/1/weight" && shape.code == .wrongShape)
        for number in [Float.nan, .infinity, -.infinity] {
            let wild = try changed { map in
                guard case .tensor(let tensor)? = map["weight"], var numbers = try? tensor.floats() else { return }
                numbers[numbers.count - 1] = number
                map["weight"] = .tensor(StateTensor(numbers, shape: tensor.shape))
            }
            #expect(wild.path == "parameters/policy/1/weight" && wild.code == .outOfRange)
        }
        let missing = try changed { $0["bias"] = nil }
        #expect(missing.path.hasPrefix("parameters/policy/1") && missing.code == .missingKey)
        let unknown = try changed { $0["weights"] = .null }
        #expect(unknown.path == "parameters/policy/1/weights" && unknown.code == .unknownKey)
    }

    @Test(
        "Orthogonal weights have orthonormal rows or columns times the gain", arguments: [(4, 64), (64, 64), (64, 2)])
    func orthogonal(rows: Int, columns: Int) {
        var weight = [Float](repeating: 0, count: rows * columns)
        var random = RandomStream(seed: 3, name: "orthogonal")
        weight.withUnsafeMutableBufferPointer {
            OrthogonalInitializer.fill($0, rows: rows, columns: columns, gain: 1.5, using: &random)
        }
        let count = min(rows, columns)
        for first in 0..<count {
            for second in 0..<count {
                var product = 0.0
                for index in 0..<max(rows, columns) {
                    let a = rows <= columns ? weight[first * columns + index] : weight[index * columns + first]
                    let b = rows <= columns ? weight[second * columns + index] : weight[index * columns + second]
                    product += Double(a) * Double(b)
                }
                #expect(abs(product - (first == second ? 2.25 : 0)) < 1e-5)
            }
        }
    }
}
