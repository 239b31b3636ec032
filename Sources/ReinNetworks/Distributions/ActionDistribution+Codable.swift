/// Saved as its type and its numbers: `{"type": "categorical", "count": 2}`.
extension ActionDistribution: Codable {
    private enum CodingKeys: String, CodingKey {
        case type, count, counts, atoms, low, high, isDueling, logDeviationMinimum, logDeviationMaximum
        case featureCount, isSquashed, meanLimit, noiseInterval
    }

    private enum Kind: String, Codable {
        case categorical, multiCategorical, diagonalGaussian, conditionalGaussian, squashedGaussian
        case deterministic, stateDependentGaussian, actionValues
    }

    /// Reads a distribution.
    ///
    /// - Throws: `DecodingError` for an unknown type or numbers that make no distribution.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func impossible(_ key: CodingKeys, _ problem: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: problem)
        }
        let kind = try container.decode(Kind.self, forKey: .type)
        func count() throws -> Int {
            let count = try container.decode(Int.self, forKey: .count)
            guard (1...1 << 24).contains(count) else {
                throw impossible(.count, "a distribution over \(count) actions")
            }
            return count
        }
        switch kind {
        case .categorical: self = .categorical(Categorical(count: try count()))
        case .multiCategorical:
            let counts = try container.decode([Int].self, forKey: .counts)
            if let problem = MultiCategorical.problem(counts) { throw impossible(.counts, problem) }
            self = .multiCategorical(MultiCategorical(counts: counts))
        case .diagonalGaussian: self = .diagonalGaussian(DiagonalGaussian(count: try count()))
        case .conditionalGaussian: self = .conditionalGaussian(ConditionalGaussian(count: try count()))
        case .squashedGaussian:
            let minimum = try container.decode(Float.self, forKey: .logDeviationMinimum)
            let maximum = try container.decode(Float.self, forKey: .logDeviationMaximum)
            guard minimum <= maximum else {
                throw impossible(.logDeviationMinimum, "\(minimum) is above the maximum, \(maximum)")
            }
            self = .squashedGaussian(SquashedGaussian(count: try count(), logDeviationBounds: minimum...maximum))
        case .deterministic: self = .deterministic(Deterministic(count: try count()))
        case .stateDependentGaussian:
            let count = try count()
            let featureCount = try container.decode(Int.self, forKey: .featureCount)
            let meanLimit = try container.decodeIfPresent(Float.self, forKey: .meanLimit)
            let noiseInterval = try container.decodeIfPresent(Int.self, forKey: .noiseInterval)
            if let problem = StateDependentGaussian.problem(
                count: count, featureCount: featureCount, meanLimit: meanLimit, noiseInterval: noiseInterval)
            {
                throw impossible(.featureCount, problem)
            }
            self = .stateDependentGaussian(
                StateDependentGaussian(
                    count: count, featureCount: featureCount,
                    isSquashed: try container.decode(Bool.self, forKey: .isSquashed), meanLimit: meanLimit,
                    noiseInterval: noiseInterval))
        case .actionValues:
            let count = try count()
            let atoms = try container.decode(Int.self, forKey: .atoms)
            let low = try container.decode(Float.self, forKey: .low)
            let high = try container.decode(Float.self, forKey: .high)
            if let problem = ActionValues.problem(count: count, atoms: atoms, low: low, high: high) {
                throw impossible(.atoms, problem)
            }
            self = .actionValues(
                ActionValues(
                    count: count, atoms: atoms, low: low, high: high,
                    isDueling: try container.decode(Bool.self, forKey: .isDueling)))
        }
    }

    /// Writes the type and the numbers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .categorical(let categorical):
            try container.encode(Kind.categorical, forKey: .type)
            try container.encode(categorical.count, forKey: .count)
        case .multiCategorical(let multiCategorical):
            try container.encode(Kind.multiCategorical, forKey: .type)
            try container.encode(multiCategorical.counts, forKey: .counts)
        case .diagonalGaussian(let gaussian):
            try container.encode(Kind.diagonalGaussian, forKey: .type)
            try container.encode(gaussian.count, forKey: .count)
        case .conditionalGaussian(let gaussian):
            try container.encode(Kind.conditionalGaussian, forKey: .type)
            try container.encode(gaussian.count, forKey: .count)
        case .squashedGaussian(let gaussian):
            try container.encode(Kind.squashedGaussian, forKey: .type)
            try container.encode(gaussian.count, forKey: .count)
            try container.encode(gaussian.logDeviationBounds.lowerBound, forKey: .logDeviationMinimum)
            try container.encode(gaussian.logDeviationBounds.upperBound, forKey: .logDeviationMaximum)
        case .deterministic(let deterministic):
            try container.encode(Kind.deterministic, forKey: .type)
            try container.encode(deterministic.count, forKey: .count)
        case .stateDependentGaussian(let gaussian):
            try container.encode(Kind.stateDependentGaussian, forKey: .type)
            try container.encode(gaussian.count, forKey: .count)
            try container.encode(gaussian.featureCount, forKey: .featureCount)
            try container.encode(gaussian.isSquashed, forKey: .isSquashed)
            try container.encodeIfPresent(gaussian.meanLimit, forKey: .meanLimit)
            try container.encodeIfPresent(gaussian.noiseInterval, forKey: .noiseInterval)
        case .actionValues(let values):
            try container.encode(Kind.actionValues, forKey: .type)
            try container.encode(values.count, forKey: .count)
            try container.encode(values.atoms, forKey: .atoms)
            try container.encode(values.low, forKey: .low)
            try container.encode(values.high, forKey: .high)
            try container.encode(values.isDueling, forKey: .isDueling)
        }
    }
}
