import ReinNumerics

/// The memory of a recurrent layer's passes over at most `rows` rows, allocated once. Not to be used by two threads
/// at a time.
public struct RecurrentWorkspace: Sendable {
    /// The largest number of rows of a pass: steps times sequences.
    public let rows: Int
    private let core: RecurrentCore
    private let buffer: AlignedBuffer<Float>
    /// The gradient at the layer's outputs, `[rows, width]`, written by the layers above; empty for inference.
    let outputGradient: AlignedBuffer<Float>
    /// The gradients that go back from step to step, each `[sequences, width]`; empty for inference.
    let hiddenGradient: AlignedBuffer<Float>
    let cellGradient: AlignedBuffer<Float>
    /// What the hidden weights make of the gates' gradients in one step, `[sequences, width]`; empty for inference.
    let product: AlignedBuffer<Float>
    /// The transposed hidden weights, `[gates · width, width]`; empty for inference.
    let transposed: AlignedBuffer<Float>

    /// Allocates the workspace; `training` adds what `backward` needs.
    public init(for core: RecurrentCore, rows: Int, training: Bool) {
        self.rows = rows
        self.core = core
        buffer = AlignedBuffer(count: RecurrentMemory.count(core, rows: rows))
        let count = training ? rows * core.width : 0
        outputGradient = AlignedBuffer(count: count)
        hiddenGradient = AlignedBuffer(count: count)
        cellGradient = AlignedBuffer(count: core.kind == .lstm ? count : 0)
        product = AlignedBuffer(count: core.kind == .gru ? count : 0)
        transposed = AlignedBuffer(count: training ? core.width * core.gateWidth : 0)
    }

    /// The places of the forward pass.
    var memory: RecurrentMemory { RecurrentMemory(core, rows: rows, base: buffer.pointer) }
}
