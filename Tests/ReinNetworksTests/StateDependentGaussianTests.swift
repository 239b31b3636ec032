import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@Suite("State-dependent Gaussian")
struct StateDependentGaussianTests {
    // Three states with four features and two action dimensions.
    static let features: [Float] = [0.5, -0.2, 0.9, 0.1, -0.7, 0.3, 0.0, 0.8, 0.05, -0.95, 0.4, -0.6]
    static let logDeviations: [Float] = [-0.5, -1.0, -2.0, 0.3, -1.2, -0.7, 0.1, -3.0]
    static let means: [Float] = [0.3, -0.6, 1.1, 0.2, -0.4, 0.9]
    static let actions: [Float] = [0.1, -0.9, 1.5, 0.8, -1.2, 0.7]

    struct Numbers {
        var variances: [Float]
        var logDensities: [Float]
        var entropies: [Float]
    }

    static func numbers(
        _ distribution: StateDependentGaussian, features: [Float], logDeviations: [Float], means: [Float],
        actions: [Float]
    ) -> Numbers {
        let rows = features.count / distribution.featureCount
        var weightVariances = [Float](repeating: 0, count: distribution.matrixCount)
        var squares = features
        var variances = means
        var logVariances = means
        var densities = [Float](repeating: 0, count: rows)
        distribution.weightVariances(logDeviations, into: &weightVariances)
        distribution.variances(
            rows: rows, features: features, weightVariances: weightVariances, squares: &squares, into: &variances)
        distribution.logDensities(
            rows: rows, actions: actions, heads: means, variances: variances, logVariances: &logVariances,
            into: &densities)
        let entropies = (0..<rows).map { row in
            distribution.entropy(
                logVariances: Array(logVariances[row * distribution.count..<(row + 1) * distribution.count]))
        }
        return Numbers(variances: variances, logDensities: densities, entropies: entropies)
    }

    @Test("Deviations, log-densities and entropies are those of Stable-Baselines3")
    func reference() {
        // Of StateDependentNoiseDistribution(2) in Stable-Baselines3 2.9.2, in double precision.
        let deviations = [
            0.422_373_123_664_889, 0.553_613_494_361_582, 0.981_635_420_559_233, 0.481_552_055_560_095,
            0.686_782_664_431_753, 1.298_133_051_953_760,
        ]
        let logDensities = [-0.643_655_326_701_711, -1.947_844_260_331_693, -2.413_374_996_384_377]
        let entropies = [1.384_722_390_785_032, 2.088_600_822_335_538, 2.723_066_793_445_843]
        let numbers = Self.numbers(
            StateDependentGaussian(count: 2, featureCount: 4), features: Self.features,
            logDeviations: Self.logDeviations, means: Self.means, actions: Self.actions)
        for (variance, deviation) in zip(numbers.variances, deviations) {
            #expect(abs(Double(variance).squareRoot() - deviation) < 1e-6)
        }
        for (measured, expected) in zip(numbers.logDensities, logDensities) {
            #expect(abs(Double(measured) - expected) < 2e-6)
        }
        for (measured, expected) in zip(numbers.entropies, entropies) {
            #expect(abs(Double(measured) - expected) < 2e-6)
        }
    }

    @Test("The density integrates to 1, also where all features are 0", arguments: [0, 0.4] as [Float])
    func density(feature: Float) {
        let distribution = StateDependentGaussian(count: 1, featureCount: 2)
        let deviation = feature == 0 ? 1e-3 : 0.5
        let cells = 2000
        let width = 16 * deviation / Double(cells)
        let actions = (0..<cells).map { cell -> Float in
            let offset = Double(cell) + 0.5 - Double(cells) / 2
            return Float(0.3 + width * offset)
        }
        let numbers = Self.numbers(
            distribution, features: [Float](repeating: feature, count: 2 * cells), logDeviations: [-0.3, 0.1],
            means: [Float](repeating: 0.3, count: cells), actions: actions)
        let integral = numbers.logDensities.reduce(0.0) { $0 + exp(Double($1)) } * width
        #expect(abs(integral - 1) < 1e-3, "\(integral)")
    }

    @Test("Means are cut off at their limit, and actions squashed")
    func actions() {
        let plain = StateDependentGaussian(count: 2, featureCount: 1)
        let squashed = StateDependentGaussian(count: 2, featureCount: 1, isSquashed: true, meanLimit: 2)
        let heads: [Float] = [3, -0.5]
        var actions: [Float] = [0, 0]
        plain.actions(rows: 1, heads: heads, noise: [0.25, 0.5], into: &actions)
        #expect(actions == [3.25, 0])
        squashed.actions(rows: 1, heads: heads, noise: [0.25, 0.5], into: &actions)
        #expect(abs(actions[0] - tanh(Float(2.25))) < 1e-6 && actions[1] == 0)
        squashed.actions(rows: 1, heads: heads, noise: nil, into: &actions)
        #expect(abs(actions[0] - tanh(Float(2))) < 1e-6 && abs(actions[1] - tanh(Float(-0.5))) < 1e-6)
    }

    @Test("A saved distribution comes back, and impossible ones are refused")
    func codable() throws {
        let distribution = ActionDistribution.stateDependentGaussian(
            StateDependentGaussian(count: 2, featureCount: 16, isSquashed: true, meanLimit: 2, noiseInterval: 4))
        let tree = StateEncoder().encode(distribution)
        #expect(try StateDecoder().decode(ActionDistribution.self, from: tree, path: "") == distribution)
        let plain = ActionDistribution.stateDependentGaussian(StateDependentGaussian(count: 1, featureCount: 3))
        let plainTree = StateEncoder().encode(plain)
        #expect(try StateDecoder().decode(ActionDistribution.self, from: plainTree, path: "") == plain)
        guard case .map(let map) = tree else { throw StateError(.wrongType, "no map") }
        for (key, value) in [
            ("featureCount", 0), ("featureCount", -3), ("featureCount", .int(1 << 40)), ("meanLimit", .double(-1)),
            ("meanLimit", .double(.nan)), ("meanLimit", .double(.infinity)), ("noiseInterval", 0), ("count", 0),
            ("count", .int(1 << 40)), ("isSquashed", .null),
        ] as [(String, StateTree)] {
            var damaged = map
            damaged[key] = value
            #expect(throws: StateError.self, "\(key)") {
                try StateDecoder().decode(ActionDistribution.self, from: .map(damaged), path: "distribution")
            }
        }
    }
}

@Suite("Features of the policy head")
struct PolicyFeaturesTests {
    static func network(
        _ value: ActorCriticArchitecture.ValueNetwork, hidden: [Int] = [8, 6], activation: Activation = .tanh
    ) -> ActorCritic {
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 3, outputs: 2, hidden: hidden, activation: activation, value: value, hasLogDeviation: true,
                hasLogDeviationPerFeature: true))
        var random = RandomStream(seed: 1, name: "network")
        network.initialize(policyGain: 1, logDeviation: -0.5, using: &random)
        return network
    }

    @Test(
        "They are the last hidden layer, shared or not, or the observation",
        arguments: [ActorCriticArchitecture.ValueNetwork.separate, .shared, .none], [[8, 6], [5], []])
    func features(value: ActorCriticArchitecture.ValueNetwork, hidden: [Int]) {
        if value == .shared, hidden.isEmpty { return }
        let network = Self.network(value, hidden: hidden)
        let rows = 3
        let width = hidden.last ?? 3
        #expect(network.policy.featureCount == width && network.architecture.featureCount == width)
        let input = PerceptronTests.parameters(rows * 3, seed: 2)
        let workspace = ActorCriticWorkspace(for: network, rows: rows, training: false)
        _ = network.policyOutputs(rows: rows, input: input, parameters: network.parameters, workspace: workspace)
        let parameters = network.parameters.map { Double($0) }
        input.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let features = network.policyFeatures(input: base, workspace: workspace)
            for row in 0..<rows {
                let observation = input[row * 3..<row * 3 + 3].map { Double($0) }
                let expected =
                    hidden.isEmpty
                    ? observation
                    : ReferencePerceptron.outputs(
                        MultilayerPerceptron(inputs: 3, hidden: hidden, outputs: nil, activation: .tanh, offset: 0),
                        input: observation, parameters: parameters)
                for index in 0..<width { #expect(abs(Double(features[row * width + index]) - expected[index]) < 1e-5) }
            }
        }
    }

    @Test(
        "A gradient at the features joins the one through the head",
        arguments: [Activation.tanh, .relu, .silu, .gelu, .sigmoid],
        [[8, 6], [5], []])
    func gradient(activation: Activation, hidden: [Int]) {
        let perceptron = MultilayerPerceptron(
            inputs: 3, hidden: hidden, outputs: 2, activation: activation, offset: 0)
        let body = MultilayerPerceptron(
            inputs: 3, hidden: hidden.isEmpty ? [3] : hidden, outputs: nil, activation: activation, offset: 0)
        let rows = 5
        let width = perceptron.featureCount
        let parameters = PerceptronTests.parameters(perceptron.parameterRange.upperBound, seed: 5)
        let input = PerceptronTests.parameters(rows * 3, seed: 6)
        let headWeights = PerceptronTests.parameters(rows * 2, seed: 7)
        let featureWeights = PerceptronTests.parameters(rows * width, seed: 8)
        let workspace = PerceptronWorkspace(for: perceptron, rows: rows, training: true)
        var gradients = [Float](repeating: 0, count: parameters.count)
        perceptron.forward(rows: rows, input: input, parameters: parameters, workspace: workspace)
        perceptron.backward(
            rows: rows, input: input, parameters: parameters, outputGradient: headWeights,
            featureGradient: featureWeights, gradients: &gradients, workspace: workspace)
        let expected = CentralDifferences.gradient(at: parameters.map { Double($0) }) { parameters in
            (0..<rows).reduce(0.0) { sum, row in
                let observation = input[row * 3..<row * 3 + 3].map { Double($0) }
                let head = ReferencePerceptron.outputs(perceptron, input: observation, parameters: parameters)
                let features =
                    hidden.isEmpty
                    ? [] : ReferencePerceptron.outputs(body, input: observation, parameters: parameters)
                let byFeatures = features.indices.reduce(0.0) {
                    $0 + Double(featureWeights[row * width + $1]) * features[$1]
                }
                return sum + Double(headWeights[2 * row]) * head[0] + Double(headWeights[2 * row + 1]) * head[1]
                    + byFeatures
            }
        }
        #expect(CentralDifferences.relativeError(gradients, expected) < 1e-5)
    }

    @Test("Log standard deviations for each feature are a matrix among the parameters, and come back")
    func state() throws {
        for value in ActorCriticArchitecture.ValueNetwork.allCases {
            let network = Self.network(value)
            let view = try #require(network.views.first { $0.name == "logDeviation" })
            #expect(view.shape == [6, 2] && view.range == network.logDeviationRange)
            #expect(network.parameters[view.range].allSatisfy { $0 == -0.5 })
            var next = 0
            for view in network.views {
                #expect(view.offset == next)
                next += view.count
            }
            #expect(next == network.parameters.count)
            #expect(try ActorCritic(restoring: StateReader(network.state)) == network)
        }
    }

    @Test("A description without the key is an old one, and one that contradicts itself or its tensors is refused")
    func architecture() throws {
        let network = Self.network(.separate)
        guard case .map(var map) = network.state, case .map(let architecture)? = map["architecture"] else {
            throw StateError(.wrongType, "no map")
        }
        // Without the key there is one deviation for each output, and the matrix is of the wrong shape.
        var old = architecture
        old["hasLogDeviationPerFeature"] = nil
        let decoded = try StateDecoder().decode(ActorCriticArchitecture.self, from: .map(old), path: "")
        #expect(!decoded.hasLogDeviationPerFeature && decoded.logDeviationShape == [2])
        map["architecture"] = .map(old)
        let shape = try #require(throws: StateError.self) { try ActorCritic(restoring: StateReader(.map(map))) }
        #expect(shape.code == .wrongShape && shape.path == "parameters/logDeviation")
        var contradiction = architecture
        contradiction["hasLogDeviation"] = false
        map["architecture"] = .map(contradiction)
        let error = try #require(throws: StateError.self) { try ActorCritic(restoring: StateReader(.map(map))) }
        #expect(error.path == "architecture")
        var enormous = ActorCriticArchitecture(
            inputs: 1, outputs: 65_536, hidden: [65_536], value: .none, hasLogDeviation: true,
            hasLogDeviationPerFeature: true)
        #expect(enormous.problem != nil)
        enormous = ActorCriticArchitecture(
            inputs: 1, outputs: 3000, hidden: [65_536], value: .none, hasLogDeviation: true)
        #expect(enormous.problem == nil)
        enormous.hasLogDeviationPerFeature = true
        #expect(enormous.problem != nil)
    }
}
