/// Numerical gradients in double precision, to check hand-written ones against.
public enum CentralDifferences {
    /// The gradient of `function` at `point`, each component by a central difference.
    public static func gradient(
        at point: [Double], step: Double = 1e-5, of function: ([Double]) -> Double
    ) -> [Double] {
        var moved = point
        return point.indices.map { index in
            moved[index] = point[index] + step
            let above = function(moved)
            moved[index] = point[index] - step
            let below = function(moved)
            moved[index] = point[index]
            return (above - below) / (2 * step)
        }
    }

    /// ‖a − b‖ / ‖b‖, the distance of two gradients relative to the second.
    public static func relativeError(_ first: [Float], _ second: [Double]) -> Double {
        var difference = 0.0
        var norm = 0.0
        for (a, b) in zip(first, second) {
            difference += (Double(a) - b) * (Double(a) - b)
            norm += b * b
        }
        return (difference / max(norm, 1e-300)).squareRoot()
    }
}
