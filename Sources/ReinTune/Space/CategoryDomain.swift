public import ReinCheckpoints

/// Some values of any kind, one of which is chosen.
public struct CategoryDomain: Sendable, Equatable {
    /// The values.
    public let values: [StateTree]
    /// How likely each is, in proportion to the others; all alike when nil.
    public let weights: [Double]?

    /// Makes a domain.
    ///
    /// - Throws: `StateError` when there are no values, and for weights that are not one for each value, negative, not
    ///   finite, or all zero.
    public init(_ values: [StateTree], weights: [Double]? = nil) throws(StateError) {
        guard !values.isEmpty else { throw StateError(.outOfRange, "there is nothing to choose from") }
        if let weights {
            guard weights.count == values.count else {
                throw StateError(.outOfRange, "\(values.count) values have \(weights.count) weights")
            }
            guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }),
                weights.reduce(0, +).isFinite
            else {
                throw StateError(.outOfRange, "weights are finite, not negative, and not all 0")
            }
        }
        self.values = values
        self.weights = weights
    }

    /// The place of a value that was drawn at random.
    func sampleIndex(using random: inout some RandomNumberGenerator) -> Int {
        guard let weights else { return Int.random(in: 0..<values.count, using: &random) }
        var rest = Double(random.next() >> 11) * 0x1p-53 * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() where weight > 0 {
            if rest < weight { return index }
            rest -= weight
        }
        return weights.lastIndex { $0 > 0 } ?? 0
    }
}
