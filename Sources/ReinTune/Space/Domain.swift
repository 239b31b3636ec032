public import ReinCheckpoints

/// What a parameter can be, and how likely each value is.
///
///     let rate = Domain.logUniform(1e-5...1e-2)
///     let width = Domain.integers(32...512, step: 32)
///     let activation = Domain.choice(["tanh", "relu"])
///
/// These shorthands are for code, where impossible domains are a programmer's errors; the initialisers of `RealDomain` and
/// the others throw.
public enum Domain: Sendable, Equatable {
    /// One of some values.
    case categories(CategoryDomain)
    /// A real number between bounds.
    case real(RealDomain)
    /// A whole number between bounds.
    case integer(IntegerDomain)
    /// A normally distributed number.
    case normal(NormalDomain)

    /// Real numbers, all equally likely; with a step those of a grid that both bounds belong to.
    public static func uniform(_ range: ClosedRange<Double>, step: Double? = nil) -> Domain {
        made { () throws(StateError) in
            .real(try RealDomain(from: range.lowerBound, to: range.upperBound, step: step))
        }
    }

    /// Real numbers above zero, equal ratios being equally likely.
    public static func logUniform(_ range: ClosedRange<Double>, step: Double? = nil) -> Domain {
        made { () throws(StateError) in
            .real(try RealDomain(from: range.lowerBound, to: range.upperBound, scale: .logarithmic, step: step))
        }
    }

    /// Whole numbers, all equally likely, both bounds included.
    public static func integers(_ range: ClosedRange<Int>, step: Int = 1) -> Domain {
        made { () throws(StateError) in
            .integer(try IntegerDomain(from: range.lowerBound, to: range.upperBound, step: step))
        }
    }

    /// Whole numbers above zero, equal ratios being equally likely, both bounds included.
    public static func logIntegers(_ range: ClosedRange<Int>, step: Int = 1) -> Domain {
        made { () throws(StateError) in
            .integer(
                try IntegerDomain(from: range.lowerBound, to: range.upperBound, scale: .logarithmic, step: step))
        }
    }

    /// Normally distributed numbers.
    public static func normal(mean: Double = 0, deviation: Double = 1, step: Double? = nil) -> Domain {
        made { () throws(StateError) in .normal(try NormalDomain(mean: mean, deviation: deviation, step: step)) }
    }

    /// One of some values.
    public static func choice(_ values: [StateTree], weights: [Double]? = nil) -> Domain {
        made { () throws(StateError) in .categories(try CategoryDomain(values, weights: weights)) }
    }

    private static func made(_ make: () throws(StateError) -> Domain) -> Domain {
        do { return try make() } catch { preconditionFailure("no domain: \(error)") }
    }

    /// A value drawn at random.
    public func sample(using random: inout some RandomNumberGenerator) -> StateTree {
        switch self {
        case .categories(let domain): domain.values[domain.sampleIndex(using: &random)]
        case .real(let domain): .double(domain.sample(using: &random))
        case .integer(let domain): .int(Int64(domain.sample(using: &random)))
        case .normal(let domain): .double(domain.sample(using: &random))
        }
    }

    /// Whether a value belongs to the domain. A whole number may stand for a real one; nothing else stands for another.
    public func contains(_ value: StateTree) -> Bool {
        switch (self, value) {
        case (.categories(let domain), _): domain.values.contains(value)
        case (.real(let domain), .double(let number)): domain.contains(number)
        case (.real(let domain), .int(let number)): domain.contains(Double(number))
        case (.integer(let domain), .int(let number)): Int(exactly: number).map(domain.contains) ?? false
        case (.normal(let domain), .double(let number)): domain.contains(number)
        case (.normal(let domain), .int(let number)): domain.contains(Double(number))
        case (.real, _), (.integer, _), (.normal, _): false
        }
    }
}
