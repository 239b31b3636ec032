import ReinCheckpoints

/// Values that show what a domain allows: all categories, both ends of a range, and of normal numbers those two deviations
/// from the mean.
extension Domain {
    /// The number of examples.
    var exampleCount: Int {
        switch self {
        case .categories(let domain): domain.values.count
        case .real, .integer, .normal: 2
        }
    }

    /// An example by its number from 0. A category that is never drawn is none: the next one that is comes in its place.
    func example(_ index: Int) -> StateTree {
        switch self {
        case .categories(let domain):
            guard let weights = domain.weights else { return domain.values[index] }
            return domain.values[weights[index...].firstIndex { $0 > 0 } ?? weights.firstIndex { $0 > 0 } ?? index]
        case .real(let domain): return .double(index == 0 ? domain.range.lowerBound : domain.range.upperBound)
        case .integer(let domain):
            return .int(Int64(index == 0 ? domain.range.lowerBound : domain.range.upperBound))
        case .normal(let domain):
            return .double(domain.nearest(to: domain.mean + (index == 0 ? -2 : 2) * domain.deviation))
        }
    }
}
