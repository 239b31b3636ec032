import ReinCheckpoints

/// Values as numbers: that of a category is its place, that of anything else the value itself.
extension SearchParameter {
    /// The number of a value; nil when it does not belong to the domain.
    func number(of value: StateTree) -> Double? {
        if case .categories(let domain) = domain { return domain.values.firstIndex(of: value).map(Double.init) }
        guard domain.contains(value) else { return nil }
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        default: return nil
        }
    }

    /// The value of a number.
    func value(of number: Double) -> StateTree {
        switch domain {
        case .categories(let domain): domain.values[Int(number)]
        case .integer: .int(Int64(number))
        case .real, .normal: .double(number)
        }
    }

    /// What a number is written as in a state.
    func state(of number: Double) -> StateTree {
        switch domain {
        case .categories, .integer: .int(Int64(number))
        case .real, .normal: .double(number)
        }
    }

    /// The number that `state(of:)` wrote; nil when it is none of this parameter.
    func number(restoredFrom state: StateTree) -> Double? {
        guard case .categories(let domain) = domain else { return number(of: state) }
        guard case .int(let place) = state, place >= 0, place < domain.values.count else { return nil }
        return Double(place)
    }

    /// The number of a value drawn at random.
    func sampleNumber(using random: inout some RandomNumberGenerator) -> Double {
        switch domain {
        case .categories(let domain): Double(domain.sampleIndex(using: &random))
        case .real(let domain): domain.sample(using: &random)
        case .integer(let domain): Double(domain.sample(using: &random))
        case .normal(let domain): domain.sample(using: &random)
        }
    }

    /// The number of this domain that is nearest to a number.
    func nearest(to number: Double) -> Double {
        switch domain {
        case .categories: number
        case .real(let domain): domain.nearest(to: number)
        case .integer(let domain): Double(domain.nearest(to: number))
        case .normal(let domain): domain.nearest(to: number)
        }
    }

    /// Whether there is only one value.
    var isConstant: Bool {
        switch domain {
        case .categories(let domain): domain.values.count == 1
        case .real(let domain): domain.range.lowerBound == domain.range.upperBound
        case .integer(let domain): domain.count == 1
        case .normal: false
        }
    }
}
