public import ReinNetworks
public import ReinNumerics

/// Draws the actions of state-dependent exploration for several environments at a time: each has an exploration
/// matrix, drawn from its own random stream and kept until the next `renew`.
///
/// Not to be used by two threads at a time.
public final class StateDependentSampler: Sendable {
    /// The distribution that heads stand for.
    public let distribution: StateDependentGaussian
    /// The exploration matrices, `[rows, featureCount, count]`.
    let matrices: AlignedBuffer<Float>
    /// σ and σ², `[featureCount, count]`.
    private let deviations: AlignedBuffer<Float>
    let weightVariances: AlignedBuffer<Float>
    /// h², `[rows, featureCount]`; v, log v and the noise, `[rows, count]`.
    private let squares: AlignedBuffer<Float>
    private let variances: AlignedBuffer<Float>
    private let logVariances: AlignedBuffer<Float>
    private let noise: AlignedBuffer<Float>

    /// Makes room for `rows` environments. There are no matrices before the first `renew`.
    public init(_ distribution: StateDependentGaussian, rows: Int) {
        self.distribution = distribution
        matrices = AlignedBuffer(count: rows * distribution.matrixCount)
        deviations = AlignedBuffer(count: distribution.matrixCount)
        weightVariances = AlignedBuffer(count: distribution.matrixCount)
        squares = AlignedBuffer(count: rows * distribution.featureCount)
        variances = AlignedBuffer(count: rows * distribution.count)
        logVariances = AlignedBuffer(count: rows * distribution.count)
        noise = AlignedBuffer(count: rows * distribution.count)
    }

    /// Draws new exploration matrices when the step of a rollout asks for them: in its first step, and then every
    /// `noiseInterval` steps.
    public func renew(
        atStep step: Int, rows: Int, logDeviations: UnsafePointer<Float>, streams: UnsafeMutablePointer<RandomStream>
    ) {
        guard distribution.noiseInterval.map({ step % $0 == 0 }) ?? (step == 0) else { return }
        renew(rows: rows, logDeviations: logDeviations, streams: streams)
    }

    /// Draws a new exploration matrix for each row, its elements in their order from the row's stream.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - logDeviations: log σ, `[featureCount, count]`.
    ///   - streams: one for each row.
    public func renew(
        rows: Int, logDeviations: UnsafePointer<Float>, streams: UnsafeMutablePointer<RandomStream>
    ) {
        let count = distribution.matrixCount
        let deviations = deviations.pointer
        Kernels.exp(logDeviations, deviations, count: count)
        distribution.weightVariances(logDeviations, into: weightVariances.pointer)
        for row in 0..<rows {
            let matrix = matrices.pointer + row * count
            for index in 0..<count { matrix[index] = deviations[index] * streams[row].nextNormal() }
        }
    }

    /// Computes the actions of each row with its exploration matrix, and their log-densities over all matrices.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - heads: `[rows, count]`.
    ///   - features: h, `[rows, featureCount]`.
    ///   - actions: receives `[rows, count]`.
    ///   - logDensities: receives `[rows]`; 0 for squashed actions, whose learners do not ask for it. Nil when nobody
    ///     does.
    public func sample(
        rows: Int, heads: UnsafePointer<Float>, features: UnsafePointer<Float>, actions: UnsafeMutablePointer<Float>,
        logDensities: UnsafeMutablePointer<Float>?
    ) {
        let (count, inputs) = (distribution.count, distribution.featureCount)
        for row in 0..<rows {
            Dense.forward(
                input: features + row * inputs, weight: matrices.pointer + row * inputs * count, bias: nil,
                output: noise.pointer + row * count, rows: 1, inputs: inputs, outputs: count, activation: .identity)
        }
        distribution.actions(rows: rows, heads: heads, noise: noise.pointer, into: actions)
        guard let logDensities else { return }
        guard !distribution.isSquashed else { return logDensities.update(repeating: 0, count: rows) }
        distribution.variances(
            rows: rows, features: features, weightVariances: weightVariances.pointer, squares: squares.pointer,
            into: variances.pointer)
        distribution.logDensities(
            rows: rows, actions: actions, heads: heads, variances: variances.pointer,
            logVariances: logVariances.pointer, into: logDensities)
    }
}
