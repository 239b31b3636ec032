public import ReinNumerics

/// Fills weights with random matrices whose rows or columns, whichever are fewer, are orthonormal, times a gain
/// (Saxe et al. 2014, arXiv 1312.6120).
public enum OrthogonalInitializer {
    /// Fills a weight `[rows, columns]`, row-major, with an orthogonal matrix times `gain`.
    ///
    /// The vectors are drawn from a normal distribution and made orthonormal by Gram-Schmidt, twice, in double
    /// precision, which gives the uniform distribution over such matrices.
    public static func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int, gain: Double,
        using random: inout RandomStream
    ) {
        precondition(weight.count == rows * columns, "the weight has \(weight.count) elements, not \(rows * columns)")
        // `count` vectors of `length` elements, count <= length.
        let count = min(rows, columns)
        let length = max(rows, columns)
        var vectors = [Double](repeating: 0, count: count * length)
        for index in 0..<count {
            let base = index * length
            var norm = 0.0
            while norm < 1e-6 {
                for element in 0..<length { vectors[base + element] = Double(random.nextNormal()) }
                for _ in 0..<2 {
                    for other in 0..<index {
                        let otherBase = other * length
                        var product = 0.0
                        for element in 0..<length { product += vectors[base + element] * vectors[otherBase + element] }
                        for element in 0..<length { vectors[base + element] -= product * vectors[otherBase + element] }
                    }
                    norm = 0
                    for element in 0..<length { norm += vectors[base + element] * vectors[base + element] }
                    norm = norm.squareRoot()
                    if norm < 1e-6 { break }
                    for element in 0..<length { vectors[base + element] /= norm }
                }
            }
        }
        for row in 0..<rows {
            for column in 0..<columns {
                let value = rows <= columns ? vectors[row * length + column] : vectors[column * length + row]
                weight[row * columns + column] = Float(gain * value)
            }
        }
    }
}
