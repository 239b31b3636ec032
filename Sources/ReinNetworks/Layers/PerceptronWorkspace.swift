import ReinNumerics

/// The memory of a perceptron's forward and backward passes over at most `rows` rows, allocated once.
///
/// One buffer holds, layer by layer, the outputs `[rows, outputs]`, for layers that need them the values before the
/// nonlinearity, and the gradients between layers; `scratch` holds a transposed weight. Not to be used by two threads
/// at a time.
public struct PerceptronWorkspace: Sendable {
    /// The largest number of rows of a pass.
    public let rows: Int

    private struct Place: Sendable {
        var output: Int
        var preactivation: Int?
        var delta: Int
        var saved: Int
    }
    private let places: [Place]
    private let scratchOffset: Int
    private let buffer: AlignedBuffer<Float>

    /// Allocates the workspace.
    ///
    /// - Parameters:
    ///   - perceptron: the layers to make room for.
    ///   - rows: the largest number of rows of a pass.
    ///   - training: whether `backward` will be called; inference needs less memory.
    public init(for perceptron: MultilayerPerceptron, rows: Int, training: Bool) {
        var next = 0
        // Every block starts on a cache line.
        func place(_ count: Int) -> Int {
            defer { next += (count + 15) / 16 * 16 }
            return next
        }
        places = perceptron.layers.map { layer in
            let count = rows * layer.outputs
            let output = place(count)
            let preactivation = training && layer.activation.needsPreactivation ? place(count) : nil
            return Place(
                output: output, preactivation: preactivation,
                delta: training ? place(count) : output, saved: preactivation ?? output)
        }
        scratchOffset = training ? place(perceptron.layers.map { $0.inputs * $0.outputs }.max() ?? 0) : next
        buffer = AlignedBuffer(count: next)
        self.rows = rows
    }

    /// The outputs of layer `index`, `[rows, outputs]`.
    func output(_ index: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + places[index].output }

    /// Where layer `index` leaves its values before the nonlinearity, or nil when its derivative does not need them.
    func preactivation(_ index: Int) -> UnsafeMutablePointer<Float>? {
        places[index].preactivation.map { buffer.pointer + $0 }
    }

    /// The gradient at the outputs of layer `index`, before its nonlinearity.
    func delta(_ index: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + places[index].delta }

    /// What the derivative of layer `index`'s nonlinearity is computed from: its outputs, or the values before it.
    public func saved(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(buffer.pointer + places[index].saved) }

    /// Room for a transposed weight.
    var scratch: UnsafeMutablePointer<Float> { buffer.pointer + scratchOffset }
}
