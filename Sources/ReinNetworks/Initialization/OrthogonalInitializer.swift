public import ReinNumerics

/// Fills weights with random matrices whose rows or columns, whichever are fewer, are orthonormal, times a gain
/// (Saxe et al. 2014, arXiv 1312.6120).
public enum OrthogonalInitializer {
    /// Fills a weight `[rows, columns]`, row-major, with an orthogonal matrix times `gain`, from the uniform distribution
    /// over such matrices.
    public static func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int, gain: Double,
        using random: inout RandomStream
    ) {
        precondition(weight.count == rows * columns, "the weight has \(weight.count) elements, not \(rows * columns)")
        let matrix = OrthonormalColumns(length: max(rows, columns), count: min(rows, columns), using: &random)
        matrix.copy(to: weight, transposed: rows < columns, times: Float(gain))
    }
}
