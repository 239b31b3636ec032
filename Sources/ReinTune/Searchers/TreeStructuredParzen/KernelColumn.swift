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
