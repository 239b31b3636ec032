import CReinKernels
import ReinNumerics
import Testing

@Suite("Adam")
struct AdamKernelTests {
    /// Repeats a recorded run and returns parameters and moments.
    private func replay(_ recording: AdamRecording, _ variant: KernelVariant) -> [[Float]] {
        let count = recording.start.count
        let p = GuardedFloats(count)
        let m = GuardedFloats(count, value: 0)
        let v = GuardedFloats(count, value: 0)
        let g = GuardedFloats(count)
        for index in 0..<count { p.pointer[index] = Float(bitPattern: recording.start[index]) }
        for step in 1...recording.steps {
            let factor = Float(step % 3) - 0.75
            for index in 0..<count {
                g.pointer[index] = Float(bitPattern: recording.base[index]) * factor + p.pointer[index] * 0.125
            }
            let norm = variant.functions.sum_of_squares(g.pointer, Int64(count)).squareRoot()
            let scale = recording.clip.map { min(1, $0 / (norm + 1e-6)) } ?? 1
            let coefficients = rein_adam_coefficients(
                recording.learningRate, recording.beta1, recording.beta2, recording.epsilon, Int64(step), scale)
            variant.functions.adam(p.pointer, g.pointer, m.pointer, v.pointer, Int64(count), coefficients)
        }
        #expect(p.isIntact && m.isIntact && v.isIntact && g.isIntact)
        return [p.values, m.values, v.values]
    }

    @Test("Several steps give what PyTorch recorded", arguments: AdamRecording.all, KernelVariant.available)
    func againstPyTorch(recording: AdamRecording, variant: KernelVariant) {
        let expected = [recording.parameters, recording.firstMoments, recording.secondMoments]
        for (values, bits) in zip(replay(recording, variant), expected) {
            let recorded = bits.map(Float.init(bitPattern:))
            let largest = recorded.map(abs).max() ?? 0
            // A few roundings apart, measured against the largest value of the vector.
            #expect(zip(values, recorded).allSatisfy { abs($0 - $1) <= 4e-7 * max(abs($1), largest) })
        }
    }

    @Test("AVX2 and AVX-512 take the same step bit for bit", arguments: AdamRecording.all)
    func variantsAgree(recording: AdamRecording) {
        let fused = KernelVariant.fused.map { replay(recording, $0).map { $0.map(\.bitPattern) } }
        #expect(fused.allSatisfy { $0 == fused[0] })
    }

    @Test("The first step moves every parameter by the learning rate, against its gradient")
    func firstStep() {
        var p: [Float] = [1, 1, 1, 1]
        let g: [Float] = [0.5, -3, 1e-3, 0]
        var m = [Float](repeating: 0, count: 4)
        var v = m
        AdamStep(step: 1, learningRate: 0.01)
            .apply(parameters: &p, gradients: g, firstMoments: &m, secondMoments: &v, count: 4)
        #expect(agree(p, [0.99, 1.01, 0.99, 1], within: 1e-6))
        #expect(agree(m, [0.05, -0.3, 1e-4, 0], within: 1e-7))
    }
}
