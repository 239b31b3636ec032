#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The kernels of an estimator on one axis, in the order of the trials, the prior's last.
enum KernelColumn: Sendable {
    /// Categories: that of each trial, -1 for the prior.
    case categories(CategoryKernels)
    /// Numbers, of which every one is allowed.
    case numbers(means: [Double], widths: [Double])
    /// Numbers on a grid.
    case grid(GridKernels)
}

/// Kernels on categories: each is the prior, in which the trial's own category counts once more.
struct CategoryKernels: Sendable {
    /// The category of each kernel; -1 for the prior alone, which is also what a category gives that is never drawn.
    let own: [Int32]
    /// How likely each category is beforehand.
    let prior: [Double]
    /// What the prior counts for in a kernel.
    private let share: Double

    /// Makes the kernels of some trials' categories, and that of the prior.
    init(_ categories: [Double], prior: [Double]) {
        own = categories.map { prior[Int($0)] > 0 ? Int32($0) : -1 } + [-1]
        self.prior = prior
        share = Double(prior.count) / Double(own.count)
    }

    /// The probability of a category under a kernel whose own it is, or is not.
    func probability(of category: Int, isOwn: Bool) -> Double {
        (share * prior[category] + (isOwn ? 1 : 0)) / (share + 1)
    }

    /// A category drawn from a kernel.
    func sample(_ kernel: Int, using random: inout some RandomNumberGenerator) -> Int {
        let own = Int(own[kernel])
        var rest = Double(random.next() >> 11) * 0x1p-53
        for category in prior.indices where prior[category] > 0 {
            let probability = own < 0 ? prior[category] : probability(of: category, isOwn: category == own)
            if rest < probability { return category }
            rest -= probability
        }
        return own < 0 ? prior.lastIndex { $0 > 0 } ?? 0 : own
    }

    /// Adds the logarithm of each kernel's probability of a category.
    func addLogProbabilities(of category: Int, to sums: inout [Double]) {
        let hit = log(probability(of: category, isOwn: true))
        let miss = log(probability(of: category, isOwn: false))
        let alone = log(prior[category])
        let target = Int32(category)
        for kernel in own.indices {
            sums[kernel] += own[kernel] == target ? hit : own[kernel] < 0 ? alone : miss
        }
    }
}

/// Kernels on a grid. Many are alike, so each kind is evaluated once.
struct GridKernels: Sendable {
    /// The kind of each kernel.
    let kinds: [Int32]
    /// The mean, the width and the norm of each kind.
    let means: [Double]
    let widths: [Double]
    let norms: [Double]
    private let axis: ParzenAxis
    private let step: Double

    /// Makes the kernels.
    ///
    /// - Parameters:
    ///   - norms: what is added to the logarithm of each kernel's integrals.
    ///   - order: the places of the kernels by their means, without the prior's, which is the last one.
    init(means: [Double], widths: [Double], norms: [Double], order: [Int32], axis: ParzenAxis, step: Double) {
        var kinds = [Int32](repeating: 0, count: means.count)
        var kindMeans: [Double] = []
        var kindWidths: [Double] = []
        var kindNorms: [Double] = []
        // Those of one mean follow one another; at most the first and the last of them have other widths than the rest.
        for kernel in order + [Int32(means.count - 1)] {
            let (mean, width) = (means[Int(kernel)], widths[Int(kernel)])
            if kindMeans.last != mean || kindWidths.last != width {
                kindMeans.append(mean)
                kindWidths.append(width)
                kindNorms.append(norms[Int(kernel)])
            }
            kinds[Int(kernel)] = Int32(kindMeans.count - 1)
        }
        self.kinds = kinds
        self.means = kindMeans
        self.widths = kindWidths
        self.norms = kindNorms
        self.axis = axis
        self.step = step
    }

    /// The most that a logarithm of a mass can be: no more than two thirds of a kernel are cut off.
    static let highestLogMass = 1.1

    /// The logarithm of what a kernel gives to what is nearest to a number.
    func logMass(of number: Double, kernel: Int) -> Double {
        logMass(of: axis.cell(of: number, step: step), kind: Int(kinds[kernel]))
    }

    private func logMass(of cell: (lower: Double, upper: Double), kind: Int) -> Double {
        let (mean, width) = (means[kind], widths[kind])
        return NormalIntegrals.logMass(from: (cell.lower - mean) / width, to: (cell.upper - mean) / width) + norms[kind]
    }

    /// Adds the logarithm of what each kernel gives to what is nearest to a number, where sums do not fall below a floor;
    /// the others fall to minus infinity.
    func addLogMasses(of number: Double, floor: Double, to sums: inout [Double]) {
        let cell = axis.cell(of: number, step: step)
        var masses = [Double](repeating: .nan, count: means.count)
        for kernel in kinds.indices {
            guard sums[kernel] >= floor else {
                sums[kernel] = -.infinity
                continue
            }
            let kind = Int(kinds[kernel])
            if masses[kind].isNaN {
                let outside = max(cell.lower - means[kind], means[kind] - cell.upper, 0) / widths[kind]
                guard sums[kernel] + Self.highestLogMass - 0.5 * outside * outside >= floor else {
                    sums[kernel] = -.infinity
                    continue
                }
                masses[kind] = logMass(of: cell, kind: kind)
            }
            sums[kernel] += masses[kind]
        }
    }
}
