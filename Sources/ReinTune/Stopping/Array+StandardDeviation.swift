extension [Double] {
    /// The standard deviation, not of a sample but of these numbers themselves; NaN when one of them is.
    var standardDeviation: Double {
        let mean = reduce(0, +) / Double(count)
        return (map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)).squareRoot()
    }
}
