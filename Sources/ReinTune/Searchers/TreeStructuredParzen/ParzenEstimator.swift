import ReinRandom

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A density made of trials: a sum of kernels, one around each trial and one for what is believed beforehand, each of which
/// is a product over the axes (Bergstra and others, "Algorithms for Hyper-Parameter Optimization", 2011; kernels as in
/// Optuna 5).
struct ParzenEstimator: Sendable {
    /// The axes.
    let axes: [ParzenAxis]
    /// How much each kernel counts, in the order of the trials, the prior's last. They sum to one.
    let weights: [Double]
    /// The kernels on each axis.
    let columns: [KernelColumn]
    /// The logarithms of the norms of each kernel, summed over the axes of numbers that are on no grid.
    private let norms: [Double]

    /// Makes an estimator.
    ///
    /// - Parameters:
    ///   - axes: the axes.
    ///   - coordinates: for each axis those of the trials, the oldest first.
    ///   - orders: for each axis the places of the trials by their coordinates; not used for categories.
    ///   - norms: what finds the norms of the kernels of an axis, or knows them from before.
    init(
        _ axes: [ParzenAxis], coordinates: [[Double]], orders: [[Int32]],
        norms findNorms: (_ axis: Int, _ means: [Double], _ widths: [Double]) -> [Double]
    ) {
        let count = coordinates.first?.count ?? 0
        var weights = AgeWeights.weights(count) + [1]
        let sum = weights.reduce(0, +)
        for kernel in weights.indices { weights[kernel] /= sum }
        var norms = [Double](repeating: 0, count: count + 1)
        var columns: [KernelColumn] = []
        columns.reserveCapacity(axes.count)
        for (place, axis) in axes.enumerated() {
            if let prior = axis.categories {
                columns.append(.categories(CategoryKernels(coordinates[place], prior: prior)))
                continue
            }
            let order = orders[place]
            let sorted = axis.widths(ofSorted: order.map { coordinates[place][Int($0)] })
            var widths = [Double](repeating: axis.priorWidth, count: count + 1)
            for (rank, kernel) in order.enumerated() { widths[Int(kernel)] = sorted[rank] }
            let means = coordinates[place] + [axis.priorMean]
            let found = findNorms(place, means, widths)
            if let step = axis.step {
                columns.append(
                    .grid(
                        GridKernels(
                            means: means, widths: widths, norms: found, order: order, axis: axis, step: step)))
            } else {
                for kernel in norms.indices { norms[kernel] += found[kernel] }
                columns.append(.numbers(means: means, widths: widths))
            }
        }
        self.axes = axes
        self.weights = weights
        self.columns = columns
        self.norms = norms
    }

    /// Makes an estimator of trials that were not sorted before.
    init(_ axes: [ParzenAxis], coordinates: [[Double]]) {
        let orders = zip(axes, coordinates).map { axis, column -> [Int32] in
            guard axis.categories == nil else { return [] }
            return column.indices.sorted { (column[$0], $0) < (column[$1], $1) }.map(Int32.init)
        }
        self.init(axes, coordinates: coordinates, orders: orders) { axis, means, widths in
            zip(means, widths).map { axes[axis].logNorm(mean: $0, width: $1) }
        }
    }

    /// The coordinates of a point drawn at random, before it is moved to the nearest value of the domain.
    func sample(using random: inout RandomStream) -> [Double] {
        var rest = random.nextDouble()
        var kernel = 0
        while kernel < weights.count - 1, rest >= weights[kernel] {
            rest -= weights[kernel]
            kernel += 1
        }
        return axes.indices.map { place in
            switch columns[place] {
            case .categories(let kernels): Double(kernels.sample(kernel, using: &random))
            case .numbers(let means, let widths):
                axes[place].sample(mean: means[kernel], width: widths[kernel], using: &random)
            case .grid(let kernels):
                axes[place].sample(
                    mean: kernels.kernel(kernel).mean, width: kernels.kernel(kernel).width, using: &random)
            }
        }
    }

    /// The logarithm of the density at a point, which has a number for each axis.
    func logDensity(_ numbers: [Double]) -> Double {
        var sums = norms
        // Beside the prior, what is e⁻⁴⁵ times as much is nothing.
        let floor = priorLogDensity(numbers) - 45 - GridKernels.highestLogMass * Double(columns.count)
        for (place, column) in columns.enumerated() {
            switch column {
            case .numbers(let means, let widths):
                let coordinate = axes[place].coordinate(of: numbers[place])
                for kernel in sums.indices {
                    let distance = (coordinate - means[kernel]) / widths[kernel]
                    sums[kernel] -= 0.5 * distance * distance
                }
            case .categories(let kernels): kernels.addLogProbabilities(of: Int(numbers[place]), to: &sums)
            case .grid(let kernels): kernels.addLogMasses(of: numbers[place], floor: floor, to: &sums)
            }
        }
        let highest = sums.max() ?? 0
        guard highest > -.infinity else { return -.infinity }
        var sum = 0.0
        for kernel in sums.indices where sums[kernel] > highest - 45 {
            sum += weights[kernel] * exp(sums[kernel] - highest)
        }
        return log(sum) + highest
    }

    /// The logarithm of the density of the kernel that stands for what is believed beforehand.
    private func priorLogDensity(_ numbers: [Double]) -> Double {
        let kernel = weights.count - 1
        var sum = norms[kernel]
        for (place, column) in columns.enumerated() {
            switch column {
            case .numbers(let means, let widths):
                let distance = (axes[place].coordinate(of: numbers[place]) - means[kernel]) / widths[kernel]
                sum -= 0.5 * distance * distance
            case .categories(let kernels): sum += log(kernels.prior[Int(numbers[place])])
            case .grid(let kernels): sum += kernels.logMass(of: numbers[place], kernel: kernel)
            }
        }
        return sum
    }
}

extension ParzenAxis {
    /// A coordinate drawn from a kernel, by the polar method of Marsaglia (1964); those beyond the ends are drawn anew.
    func sample(mean: Double, width: Double, using random: inout RandomStream) -> Double {
        var drawn = mean
        // A kernel's mean is inside, so a third of all draws are, at the least.
        for _ in 0..<1000 {
            let x = 2 * random.nextDouble() - 1
            let y = 2 * random.nextDouble() - 1
            let square = x * x + y * y
            guard square < 1, square > 0 else { continue }
            drawn = mean + width * x * (-2 * log(square) / square).squareRoot()
            if !isTruncated || (drawn >= lower && drawn <= upper) { return drawn }
        }
        return min(max(drawn, lower), upper)
    }
}
