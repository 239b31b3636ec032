public import ReinNumerics

/// Random actions.
extension ActionSpace {
    /// Writes a random action of the space into a row of `width` floats.
    ///
    /// Indices are uniform, and so are elements between two finite bounds. An element with one finite bound is that
    /// bound plus or minus an exponential draw of mean 1, and one without bounds is standard normal, as in Gymnasium.
    public func sample(into row: UnsafeMutablePointer<Float>, using random: inout RandomStream) {
        switch self {
        case .discrete(let discrete):
            row[0] = Float(random.below(discrete.count))
        case .multiDiscrete(let multiDiscrete):
            for (component, count) in multiDiscrete.counts.enumerated() {
                row[component] = Float(random.below(count))
            }
        case .box(let box):
            for index in 0..<box.count {
                row[index] = Self.sample(from: box.low[index], to: box.high[index], using: &random)
            }
        }
    }

    private static func sample(from low: Float, to high: Float, using random: inout RandomStream) -> Float {
        switch (low.isFinite, high.isFinite) {
        case (true, true):
            let (low, high) = (Double(low), Double(high))
            return Float(low + (high - low) * random.nextDouble())
        case (true, false): return low + random.nextExponential()
        case (false, true): return high - random.nextExponential()
        case (false, false): return random.nextNormal()
        }
    }
}
