import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@Suite("Perceptrons")
struct PerceptronTests {
    static let shapes: [([Int], Int?)] = [([], 3), ([5], 2), ([8, 8], 1), ([7, 9, 16], 4), ([6, 5], nil)]

    static func parameters(_ count: Int, seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed, name: "parameters")
        return (0..<count).map { _ in 0.4 * random.nextNormal() }
    }

    @Test("The forward pass equals the plain one in double precision", arguments: Activation.allCases, shapes)
    func forward(activation: Activation, shape: ([Int], Int?)) throws {
        let perceptron = MultilayerPerceptron(
            inputs: 4, hidden: shape.0, outputs: shape.1, activation: activation, offset: 3)
        let parameters = Self.parameters(perceptron.parameterRange.upperBound, seed: 1)
        let rows = 11
        let input = Self.parameters(rows * 4, seed: 2)
        let workspace = PerceptronWorkspace(for: perceptron, rows: rows, training: true)
        let output = perceptron.forward(rows: rows, input: input, parameters: parameters, workspace: workspace)
        var scratch = [Float](repeating: 0, count: perceptron.inferenceScratchCount(rows: rows))
        for row in 0..<rows {
            let expected = ReferencePerceptron.outputs(
                perceptron, input: input[row * 4..<row * 4 + 4].map { Double($0) },
                parameters: parameters.map { Double($0) })
            for (column, value) in expected.enumerated() {
                #expect(abs(Double(output[row * perceptron.outputs + column]) - value) < 2e-6)
            }
        }
        let inferred = scratch.withUnsafeMutableBufferPointer { scratch in
            let result = perceptron.infer(
                rows: rows, input: input, parameters: parameters, scratch: scratch.baseAddress!)
            return Array(UnsafeBufferPointer(start: result, count: rows * perceptron.outputs))
        }
        #expect(inferred == Array(UnsafeBufferPointer(start: output, count: rows * perceptron.outputs)))
    }

    @Test("The backward pass equals central differences", arguments: Activation.allCases, shapes)
    func backward(activation: Activation, shape: ([Int], Int?)) throws {
        let perceptron = MultilayerPerceptron(
            inputs: 4, hidden: shape.0, outputs: shape.1, activation: activation, offset: 0)
        let count = perceptron.parameterRange.upperBound
        let parameters = Self.parameters(count, seed: 3)
        let rows = 9
        let input = Self.parameters(rows * 4, seed: 4)
        let weights = Self.parameters(rows * perceptron.outputs, seed: 5)
        let workspace = PerceptronWorkspace(for: perceptron, rows: rows, training: true)
        perceptron.forward(rows: rows, input: input, parameters: parameters, workspace: workspace)
        // The loss is Σ weights · outputs; the gradient before the last nonlinearity includes its derivative.
        var outputGradient = weights
        let last = workspace.saved(perceptron.layers.count - 1)
        outputGradient.withUnsafeMutableBufferPointer {
            Kernels.multiplyBySlope(
                $0.baseAddress!, saved: last, count: $0.count, activation: perceptron.outputActivation)
        }
        var gradients = [Float](repeating: .nan, count: count)
        var inputGradient = [Float](repeating: .nan, count: rows * 4)
        perceptron.backward(
            rows: rows, input: input, parameters: parameters, outputGradient: outputGradient, gradients: &gradients,
            workspace: workspace, inputGradient: &inputGradient)
        func loss(_ parameters: [Double], _ input: [Double]) -> Double {
            var sum = 0.0
            for row in 0..<rows {
                let outputs = ReferencePerceptron.outputs(
                    perceptron, input: Array(input[row * 4..<row * 4 + 4]), parameters: parameters)
                for (column, value) in outputs.enumerated() {
                    sum += Double(weights[row * perceptron.outputs + column]) * value
                }
            }
            return sum
        }
        let (p, x) = (parameters.map { Double($0) }, input.map { Double($0) })
        let expected = CentralDifferences.gradient(at: p) { loss($0, x) }
        #expect(CentralDifferences.relativeError(gradients, expected) < 1e-5)
        let expectedInput = CentralDifferences.gradient(at: x) { loss(p, $0) }
        #expect(CentralDifferences.relativeError(inputGradient, expectedInput) < 1e-5)
    }

    @Test("A row's outputs do not depend on how many rows there are")
    func rowIndependence() {
        let perceptron = MultilayerPerceptron(inputs: 4, hidden: [64, 64], outputs: 2, activation: .tanh, offset: 0)
        let parameters = Self.parameters(perceptron.parameterRange.upperBound, seed: 6)
        let input = Self.parameters(100 * 4, seed: 7)
        let workspace = PerceptronWorkspace(for: perceptron, rows: 100, training: false)
        let all = Array(
            UnsafeBufferPointer(
                start: perceptron.forward(rows: 100, input: input, parameters: parameters, workspace: workspace),
                count: 200))
        for row in 0..<100 {
            let one = perceptron.forward(
                rows: 1, input: Array(input[row * 4..<row * 4 + 4]), parameters: parameters, workspace: workspace)
            #expect(one[0] == all[2 * row] && one[1] == all[2 * row + 1])
        }
    }
}
