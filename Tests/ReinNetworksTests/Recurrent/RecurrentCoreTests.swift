import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@Suite("Recurrent layers")
struct RecurrentCoreTests {
    /// A layer with random parameters, random input, and starts of episodes inside the sequences.
    struct Sample {
        let core: RecurrentCore
        let parameters: [Float]
        let input: [Float]
        let state: [Float]
        let starts: [Bool]
        let steps = 8
        let sequences = 5

        init(_ kind: RecurrentKind, width: Int = 12) {
            core = RecurrentCore(RecurrentArchitecture(kind: kind, width: width), inputs: 3, offset: 2)
            parameters = PerceptronTests.parameters(core.parameterRange.upperBound, seed: 1)
            input = PerceptronTests.parameters(steps * sequences * 3, seed: 2)
            state = PerceptronTests.parameters(sequences * core.stateWidth, seed: 3)
            var starts = [Bool](repeating: false, count: steps * sequences)
            for index in [1, 7, 13, 22, 37] { starts[index] = true }
            self.starts = starts
        }

        /// The outputs `[steps, sequences, width]` of some steps of some sequences, and the states after them.
        func outputs(
            steps range: Range<Int>, sequences: Range<Int>, state: [Float]?, starts: [Bool]?
        ) -> (outputs: [Float], state: [Float]) {
            let rows = range.count * sequences.count
            var input: [Float] = []
            var flags: [Bool] = []
            for step in range {
                for sequence in sequences {
                    let row = step * self.sequences + sequence
                    input += self.input[row * 3..<row * 3 + 3]
                    flags.append(starts?[row] ?? false)
                }
            }
            let workspace = RecurrentWorkspace(for: core, rows: rows, training: false)
            var finals = [Float](repeating: .nan, count: sequences.count * core.stateWidth)
            let result = flags.withUnsafeBufferPointer { flags in
                finals.withUnsafeMutableBufferPointer { finals in
                    var description = RecurrentSequences(
                        steps: range.count, starts: starts == nil ? nil : flags.baseAddress,
                        finalStates: finals.baseAddress)
                    func run() -> [Float] {
                        let output = core.forward(
                            rows: rows, input: input, parameters: parameters, sequences: description,
                            workspace: workspace)
                        return Array(UnsafeBufferPointer(start: output, count: rows * core.width))
                    }
                    guard let state else { return run() }
                    return state.withUnsafeBufferPointer {
                        description.states = $0.baseAddress
                        return run()
                    }
                }
            }
            return (result, finals)
        }
    }

    @Test("Outputs, last states and gradients are those of PyTorch", arguments: RecurrentKind.allCases)
    func recorded(kind: RecurrentKind) throws {
        let recording = try RecordedLayer.of(kind)
        let core = RecurrentCore(
            RecurrentArchitecture(kind: kind, width: recording.width), inputs: recording.inputs, offset: 0)
        let parameters = recording.parameters.flatMap { $0 }
        #expect(parameters.count == core.parameterRange.count)
        let rows = recording.steps * recording.sequences
        let workspace = RecurrentWorkspace(for: core, rows: rows, training: true)
        var gradients = [Float](repeating: .nan, count: parameters.count)
        var last = [Float](repeating: .nan, count: recording.lastState.count)
        recording.starts.withUnsafeBufferPointer { starts in
            recording.state.withUnsafeBufferPointer { state in
                last.withUnsafeMutableBufferPointer { last in
                    let sequences = RecurrentSequences(
                        steps: recording.steps, starts: starts.baseAddress, states: state.baseAddress,
                        finalStates: last.baseAddress)
                    let outputs = core.forward(
                        rows: rows, input: recording.input, parameters: parameters, sequences: sequences,
                        workspace: workspace)
                    for (index, expected) in recording.outputs.enumerated() {
                        #expect(abs(Double(outputs[index]) - expected) < 1e-6)
                    }
                    core.backward(
                        rows: rows, input: recording.input, parameters: parameters, sequences: sequences,
                        outputGradient: recording.outputWeights, gradients: &gradients, workspace: workspace)
                }
            }
        }
        for (value, expected) in zip(last, recording.lastState) { #expect(abs(Double(value) - expected) < 1e-6) }
        var first = 0
        for expected in recording.gradients {
            let part = Array(gradients[first..<first + expected.count])
            #expect(CentralDifferences.relativeError(part, expected) < 1e-6)
            first += expected.count
        }
    }

    @Test("A sequence read in two parts gives the bits of the whole one", arguments: RecurrentKind.allCases)
    func parts(kind: RecurrentKind) {
        let sample = Sample(kind)
        let whole = sample.outputs(steps: 0..<8, sequences: 0..<5, state: sample.state, starts: sample.starts)
        for cut in [1, 3, 7] {
            let first = sample.outputs(steps: 0..<cut, sequences: 0..<5, state: sample.state, starts: sample.starts)
            let second = sample.outputs(steps: cut..<8, sequences: 0..<5, state: first.state, starts: sample.starts)
            #expect(first.outputs + second.outputs == whole.outputs)
            #expect(second.state == whole.state)
        }
    }

    @Test("Sequences side by side give the bits that each gives alone", arguments: RecurrentKind.allCases)
    func sideBySide(kind: RecurrentKind) {
        let sample = Sample(kind)
        let all = sample.outputs(steps: 0..<8, sequences: 0..<5, state: sample.state, starts: sample.starts)
        let (width, stateWidth) = (sample.core.width, sample.core.stateWidth)
        for sequence in 0..<5 {
            let alone = sample.outputs(
                steps: 0..<8, sequences: sequence..<sequence + 1,
                state: Array(sample.state[sequence * stateWidth..<(sequence + 1) * stateWidth]),
                starts: sample.starts)
            var expected: [Float] = []
            for step in 0..<8 {
                let first = (step * 5 + sequence) * width
                expected += all.outputs[first..<first + width]
            }
            #expect(alone.outputs == expected)
            #expect(alone.state == Array(all.state[sequence * stateWidth..<(sequence + 1) * stateWidth]))
        }
    }

    @Test("A start inside a sequence is a new sequence from zero", arguments: RecurrentKind.allCases)
    func starts(kind: RecurrentKind) {
        let sample = Sample(kind)
        var starts = [Bool](repeating: false, count: 40)
        for sequence in 0..<5 { starts[3 * 5 + sequence] = true }
        let whole = sample.outputs(steps: 0..<8, sequences: 0..<5, state: sample.state, starts: starts)
        let before = sample.outputs(steps: 0..<3, sequences: 0..<5, state: sample.state, starts: nil)
        let after = sample.outputs(steps: 3..<8, sequences: 0..<5, state: nil, starts: nil)
        #expect(before.outputs + after.outputs == whole.outputs)
        #expect(after.state == whole.state)
    }

    @Test("Inference step by step gives the bits of the training pass", arguments: RecurrentKind.allCases)
    func inference(kind: RecurrentKind) {
        let sample = Sample(kind)
        let core = sample.core
        let whole = sample.outputs(steps: 0..<8, sequences: 0..<5, state: nil, starts: nil)
        var states = [Float](repeating: 0, count: 5 * core.stateWidth)
        var scratch = [Float](repeating: .nan, count: core.inferenceScratchCount(rows: 5))
        var outputs: [Float] = []
        for step in 0..<8 {
            let input = Array(sample.input[step * 15..<step * 15 + 15])
            states.withUnsafeMutableBufferPointer { states in
                scratch.withUnsafeMutableBufferPointer { scratch in
                    let output = core.infer(
                        rows: 5, input: input, parameters: sample.parameters, states: states.baseAddress,
                        scratch: scratch.baseAddress!)
                    outputs += UnsafeBufferPointer(start: output, count: 5 * core.width)
                }
            }
        }
        #expect(outputs == whole.outputs)
        #expect(states == whole.state)
    }
}
