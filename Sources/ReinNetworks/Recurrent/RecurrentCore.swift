import ReinNumerics

/// A recurrent layer over a flat parameter buffer that a whole network shares, with a hand-written pass backward
/// through time.
///
/// It reads sequences, `[steps, sequences, inputs]`, and makes an output row of each input row and of the state that
/// the rows before it left. Where an episode starts, the state before is zero and no gradient goes further back. Two
/// dense layers without nonlinearity, one on the input and one on the last output, make the sums of the gates; what
/// the gates do is in `LSTMCell` and `GRUCell`. Both biases are kept, as PyTorch does.
///
/// The state of a sequence is a row: the output of a GRU; the output, then the cell of an LSTM. The layer is a
/// description and owns no numbers.
public struct RecurrentCore: Sendable, Hashable {
    /// The kind of layer.
    public let kind: RecurrentKind
    /// What the input adds to the gates: `inputs` numbers to `gateWidth`.
    public let input: DenseLayer
    /// What the last output adds to the gates: `width` numbers to `gateWidth`.
    public let hidden: DenseLayer

    /// Creates a layer whose parameters start at `offset` of the flat buffer: those of `input`, then of `hidden`.
    public init(_ architecture: RecurrentArchitecture, inputs: Int, offset: Int) {
        kind = architecture.kind
        let gateWidth = kind.gateCount * architecture.width
        input = DenseLayer(inputs: inputs, outputs: gateWidth, activation: .identity, offset: offset)
        hidden = DenseLayer(
            inputs: architecture.width, outputs: gateWidth, activation: .identity, offset: input.endOffset)
    }

    /// The width of an input row.
    public var inputs: Int { input.inputs }

    /// The number of units, which is the width of an output row.
    public var width: Int { hidden.inputs }

    /// The width of a row of gates.
    public var gateWidth: Int { hidden.outputs }

    /// The width of a sequence's state.
    public var stateWidth: Int { kind.stateCount * width }

    /// The layer's part of the flat buffer.
    public var parameterRange: Range<Int> { input.offset..<hidden.endOffset }

    /// Both dense layers, in the order of the flat buffer.
    public var layers: [DenseLayer] { [input, hidden] }

    /// The named tensors in the order of the flat buffer: `<prefix>/input/weight` `[inputs, gates · width]`,
    /// `<prefix>/input/bias`, `<prefix>/hidden/weight` `[width, gates · width]` and `<prefix>/hidden/bias`.
    public func views(named prefix: String) -> [ParameterView] {
        input.views(named: "\(prefix)/input") + hidden.views(named: "\(prefix)/hidden")
    }

    /// Computes the outputs of all rows.
    ///
    /// - Parameters:
    ///   - rows: the number of rows, a multiple of the number of steps.
    ///   - input: `[steps, sequences, inputs]`.
    ///   - parameters: the base of the flat buffer.
    ///   - sequences: how the rows are divided, and the states.
    ///   - stateOffset: where this layer's part of a state row begins.
    ///   - stateStride: the width of a whole state row.
    ///   - workspace: made for this layer and at least `rows` rows; receives what `backward` needs.
    /// - Returns: `[steps, sequences, width]` inside the workspace, valid until its next use.
    @discardableResult
    public func forward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>, sequences: RecurrentSequences,
        stateOffset: Int = 0, stateStride: Int? = nil, workspace: borrowing RecurrentWorkspace
    ) -> UnsafeMutablePointer<Float> {
        precondition(rows <= workspace.rows, "the workspace holds \(workspace.rows) rows, not \(rows)")
        return forward(
            rows: rows, input: input, parameters: parameters, sequences: sequences, stateOffset: stateOffset,
            stateStride: stateStride ?? stateWidth, memory: workspace.memory)
    }

    /// The number of floats of scratch memory that `infer` needs for `rows` rows.
    public func inferenceScratchCount(rows: Int) -> Int { RecurrentMemory.count(self, rows: rows) }

    /// Computes one step of `rows` sequences without a workspace.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: `[rows, inputs]`, outside `scratch`.
    ///   - parameters: the base of the flat buffer.
    ///   - states: `[rows, stateWidth]`, replaced by the states after the step; nil for zeros that nobody keeps.
    ///   - scratch: `inferenceScratchCount(rows:)` floats.
    /// - Returns: `[rows, width]` inside `scratch`.
    public func infer(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        states: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        forward(
            rows: rows, input: input, parameters: parameters,
            sequences: states.map { .step(updating: $0) } ?? .step(from: nil), stateOffset: 0,
            stateStride: stateWidth, memory: RecurrentMemory(self, rows: rows, base: scratch))
    }

    private func forward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>, sequences: RecurrentSequences,
        stateOffset: Int, stateStride: Int, memory: RecurrentMemory
    ) -> UnsafeMutablePointer<Float> {
        let count = rows / max(sequences.steps, 1)
        precondition(count * sequences.steps == rows, "\(rows) rows are not sequences of \(sequences.steps) steps")
        Dense.forward(
            input: input, weight: parameters + self.input.offset, bias: parameters + self.input.biasOffset,
            output: memory.gates, rows: rows, inputs: inputs, outputs: gateWidth, activation: .identity)
        for step in 0..<sequences.steps {
            let first = step * count
            let hiddenGates = memory.hiddenGates + (kind == .gru ? first * gateWidth : 0)
            let states = sequences.states.map { $0 + stateOffset }
            bring(
                states, stride: stateStride, to: memory.hiddenIn, from: memory.hidden, step: step, count: count,
                starts: sequences.starts)
            Dense.forward(
                input: memory.hiddenIn + first * width, weight: parameters + hidden.offset,
                bias: parameters + hidden.biasOffset, output: hiddenGates, rows: count, inputs: width,
                outputs: gateWidth, activation: .identity)
            let gates = memory.gates + first * gateWidth
            switch kind {
            case .lstm:
                bring(
                    states.map { $0 + width }, stride: stateStride, to: memory.cellsIn, from: memory.cells,
                    step: step, count: count, starts: sequences.starts)
                Kernels.add(hiddenGates, to: gates, count: count * gateWidth)
                LSTMCell.forward(
                    rows: count, width: width, gates: gates, cellIn: memory.cellsIn + first * width,
                    cell: memory.cells + first * width, cellTanh: memory.cellTanhs + first * width,
                    hidden: memory.hidden + first * width)
            case .gru:
                GRUCell.forward(
                    rows: count, width: width, gates: gates, hiddenGates: hiddenGates,
                    hiddenIn: memory.hiddenIn + first * width, hidden: memory.hidden + first * width)
            }
        }
        if let finals = sequences.finalStates {
            let last = (rows - count) * width
            for row in 0..<count {
                let state = finals + row * stateStride + stateOffset
                state.update(from: memory.hidden + last + row * width, count: width)
                if kind == .lstm { (state + width).update(from: memory.cells + last + row * width, count: width) }
            }
        }
        return memory.hidden
    }

    /// Writes what one step begins with into its block of `target`: what the step before left in `source`, the given
    /// states at the first step, and zeros where an episode starts.
    @inline(__always)
    private func bring(
        _ states: UnsafePointer<Float>?, stride: Int, to target: UnsafeMutablePointer<Float>,
        from source: UnsafePointer<Float>, step: Int, count: Int, starts: UnsafePointer<Bool>?
    ) {
        let first = step * count
        let block = target + first * width
        if step > 0 {
            block.update(from: source + (first - count) * width, count: count * width)
        } else if let states {
            for row in 0..<count { (block + row * width).update(from: states + row * stride, count: width) }
        } else {
            block.update(repeating: 0, count: count * width)
        }
        guard let starts else { return }
        for row in 0..<count where starts[first + row] {
            (block + row * width).update(repeating: 0, count: width)
        }
    }
}
