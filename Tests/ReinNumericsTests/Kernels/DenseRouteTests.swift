import Testing

@testable import ReinNumerics

@Suite("Who computes a dense layer")
struct DenseRouteTests {
    @Test("The library and the kernels agree", arguments: Activation.allCases)
    func libraryAgrees(activation: Activation) {
        let (rows, inputs, outputs) = (19, 23, 37)
        let x = GuardedFloats(rows * inputs, seed: 1)
        let w = GuardedFloats(inputs * outputs, seed: 2)
        let b = GuardedFloats(outputs, seed: 3)
        let dz = GuardedFloats(rows * outputs, seed: 4)
        let scratch = GuardedFloats(inputs * outputs)
        func results(library: Bool) -> [[Float]] {
            let y = GuardedFloats(rows * outputs)
            let z = GuardedFloats(rows * outputs)
            let dx = GuardedFloats(rows * inputs)
            let dw = GuardedFloats(inputs * outputs)
            let db = GuardedFloats(outputs)
            if library {
                LibraryDense.forward(
                    input: x.pointer, weight: w.pointer, bias: b.pointer, output: y.pointer, preactivation: z.pointer,
                    rows: rows, inputs: inputs, outputs: outputs, activation: activation)
                LibraryDense.backwardInput(
                    outputGradient: dz.pointer, weight: w.pointer, saved: x.pointer, inputGradient: dx.pointer,
                    rows: rows, inputs: inputs, outputs: outputs, activationBelow: activation)
                LibraryDense.backwardParameters(
                    input: x.pointer, outputGradient: dz.pointer, weightGradient: dw.pointer, biasGradient: db.pointer,
                    rows: rows, inputs: inputs, outputs: outputs)
            } else {
                Dense.forward(
                    input: x.pointer, weight: w.pointer, bias: b.pointer, output: y.pointer, preactivation: z.pointer,
                    rows: rows, inputs: inputs, outputs: outputs, activation: activation)
                Dense.backwardInput(
                    outputGradient: dz.pointer, weight: w.pointer, scratch: scratch.pointer, saved: x.pointer,
                    inputGradient: dx.pointer, rows: rows, inputs: inputs, outputs: outputs,
                    activationBelow: activation)
                Dense.backwardParameters(
                    input: x.pointer, outputGradient: dz.pointer, weightGradient: dw.pointer, biasGradient: db.pointer,
                    rows: rows, inputs: inputs, outputs: outputs)
            }
            return [y.values, z.values, dx.values, dw.values, db.values]
        }
        for (own, other) in zip(results(library: false), results(library: true)) { #expect(agree(own, other)) }
    }

    @Test("Layers of the usual sizes stay with the kernels")
    func usualSizes() {
        for rows in [1, 64, 4_096] {
            for width in [1, 64, 256, 400] {
                #expect(DenseRoute.fastest(rows: rows, inputs: width, outputs: width) == .kernels)
            }
        }
        #expect(DenseRoute.fastest(rows: 1, inputs: 1_024, outputs: 1_024) == .kernels)
    }
}
