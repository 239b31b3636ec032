import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How a parameter's numbers lie on the axis that kernels stand on, and what is believed of them beforehand.
///
/// - Real and whole numbers: their range, in logarithms for logarithmic domains, half a step longer at both ends for those
///   of a grid. The prior is a normal distribution around the middle that is as wide as the range, and all kernels are cut
///   off at its ends. A grid with cells of less than a billionth of the range is taken for all numbers.
/// - Normally distributed numbers: the prior is their distribution itself. What kernels take for a range is the mean and two
///   deviations to both sides, but nothing is cut off, and no kernel is wider than the prior.
/// - Categories: the prior is their weights.
struct ParzenAxis: Sendable {
    /// How likely each category is beforehand; nil for numbers.
    let categories: [Double]?
    /// The ends of the range.
    let lower: Double
    let upper: Double
    /// The kernel that stands for what is believed beforehand.
    let priorMean: Double
    let priorWidth: Double
    /// Whether kernels are cut off at the ends.
    let isTruncated: Bool
    /// Whether coordinates are logarithms.
    let isLogarithmic: Bool
    /// The distance of neighbours on the grid, as numbers; nil where every number is allowed, or as good as.
    let step: Double?

    /// The axis of a domain that has more than one value.
    init(_ domain: Domain) {
        switch domain {
        case .categories(let domain):
            let weights = domain.weights ?? [Double](repeating: 1, count: domain.values.count)
            let sum = weights.reduce(0, +)
            self.init(categories: weights.map { $0 / sum })
        case .real(let domain):
            self.init(domain.range.lowerBound, domain.range.upperBound, domain.scale, step: domain.step)
        case .integer(let domain):
            self.init(
                Double(domain.range.lowerBound), Double(domain.range.upperBound), domain.scale,
                step: Double(domain.step))
        case .normal(let domain): self.init(normal: domain)
        }
    }

    private init(categories: [Double]) {
        self.categories = categories
        (lower, upper, priorMean, priorWidth) = (0, 0, 0, 0)
        (isTruncated, isLogarithmic, step) = (false, false, nil)
    }

    private init(_ first: Double, _ last: Double, _ scale: Scale, step: Double?) {
        categories = nil
        isTruncated = true
        isLogarithmic = scale == .logarithmic
        let half = (step ?? 0) / 2
        lower = isLogarithmic ? log(first > half ? first - half : first) : first - half
        upper = isLogarithmic ? log(last + half) : last + half
        priorMean = 0.5 * (lower + upper)
        priorWidth = upper - lower
        // The ends of finer cells could not be told from one another.
        let cell = (step ?? 0) / (isLogarithmic ? last : 1)
        self.step = cell > 1e-9 * priorWidth ? step : nil
    }

    private init(normal domain: NormalDomain) {
        categories = nil
        (isTruncated, isLogarithmic, step) = (false, false, domain.step)
        (priorMean, priorWidth) = (domain.mean, domain.deviation)
        (lower, upper) = (domain.mean - 2 * domain.deviation, domain.mean + 2 * domain.deviation)
    }

    /// Where a number lies.
    func coordinate(of number: Double) -> Double { isLogarithmic ? log(number) : number }

    /// The number that lies at a coordinate.
    func number(at coordinate: Double) -> Double { isLogarithmic ? exp(coordinate) : coordinate }

    /// The ends of what is nearest to a number of the grid.
    func cell(of number: Double, step: Double) -> (lower: Double, upper: Double) {
        guard isLogarithmic else { return (number - step / 2, number + step / 2) }
        return (number > step / 2 ? log(number - step / 2) : lower, log(number + step / 2))
    }

    /// The widths of kernels from their means, which are sorted: the larger gap to a neighbour, that of the first and the
    /// last kernel being the only one; a single kernel reaches to the farther end. Never less than the range divided by the
    /// number of kernels, the prior counted, plus one, or by 100, and never more than the prior.
    func widths(ofSorted means: [Double]) -> [Double] {
        let count = means.count
        let narrowest = (upper - lower) / min(100, Double(count) + 2)
        func clipped(_ width: Double) -> Double { min(max(width, narrowest), priorWidth) }
        guard count > 1 else { return means.map { clipped(max($0 - lower, upper - $0)) } }
        var widths = [Double](repeating: 0, count: count)
        widths[0] = clipped(means[1] - means[0])
        widths[count - 1] = clipped(means[count - 1] - means[count - 2])
        var left = means[1] - means[0]
        for place in 1..<count - 1 {
            let right = means[place + 1] - means[place]
            widths[place] = clipped(max(left, right))
            left = right
        }
        return widths
    }

    /// What is added to the logarithm of a kernel's density for its width, and for what is cut off of it.
    func logNorm(mean: Double, width: Double) -> Double {
        let mass =
            isTruncated
            ? NormalIntegrals.logMass(from: (lower - mean) / width, to: (upper - mean) / width) : 0
        // On a grid, densities are integrals, which have no width to divide by.
        return step == nil ? -log(width) - mass - NormalIntegrals.logarithmOfRoot : -mass
    }
}
