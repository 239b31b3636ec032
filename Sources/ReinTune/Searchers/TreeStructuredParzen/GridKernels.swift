/// Kernels on a grid, whose densities are integrals over what is nearest to a number.
///
/// On a grid of few numbers many kernels are alike, so each kind is evaluated once.
struct GridKernels: Sendable {
    /// The kind of each kernel; nil when each is taken for a kind of its own.
    private let kinds: [Int32]?
    private let means: [Double]
    private let widths: [Double]
    /// One by the widths, where each kernel is a kind of its own.
    private let inverseWidths: [Double]
    /// What is added to the logarithm of the integrals.
    private let norms: [Double]
    private let axis: ParzenAxis
    private let step: Double

    /// Makes the kernels.
    ///
    /// - Parameters:
    ///   - norms: what is added to the logarithm of each kernel's integrals.
    ///   - order: the places of the kernels by their means, without the prior's, which is the last one.
    init(means: [Double], widths: [Double], norms: [Double], order: [Int32], axis: ParzenAxis, step: Double) {
        self.axis = axis
        self.step = step
        var kinds = [Int32](repeating: 0, count: means.count)
        var representatives: [Int] = []
        // Those of one mean follow one another; at most the first and the last of them have other widths than the rest.
        for kernel in order.lazy.map(Int.init) + [means.count - 1] {
            let last = representatives.last ?? kernel
            if representatives.isEmpty || means[last] != means[kernel] || widths[last] != widths[kernel] {
                representatives.append(kernel)
            }
            kinds[kernel] = Int32(representatives.count - 1)
        }
        if representatives.count > means.count / 4 {
            self.kinds = nil
            (self.means, self.widths, self.norms) = (means, widths, norms)
            inverseWidths = widths.map { 1 / $0 }
        } else {
            self.kinds = kinds
            self.means = representatives.map { means[$0] }
            self.widths = representatives.map { widths[$0] }
            self.norms = representatives.map { norms[$0] }
            inverseWidths = []
        }
    }

    /// The mean and the width of a kernel.
    func kernel(_ kernel: Int) -> (mean: Double, width: Double) {
        let kind = kinds.map { Int($0[kernel]) } ?? kernel
        return (means[kind], widths[kind])
    }

    /// The most that a logarithm of a mass can be: no more than two thirds of a kernel are cut off.
    static let highestLogMass = 1.1

    /// The logarithm of what a kernel gives to what is nearest to a number.
    func logMass(of number: Double, kernel: Int) -> Double {
        logMass(of: axis.cell(of: number, step: step), kind: kinds.map { Int($0[kernel]) } ?? kernel)
    }

    private func logMass(of cell: (lower: Double, upper: Double), kind: Int) -> Double {
        let (mean, width) = (means[kind], widths[kind])
        return NormalIntegrals.logMass(from: (cell.lower - mean) / width, to: (cell.upper - mean) / width) + norms[kind]
    }

    /// Adds the logarithm of what each kernel gives to what is nearest to a number. Sums that fall below a floor may fall to
    /// minus infinity.
    func addLogMasses(of number: Double, floor: Double, to sums: inout [Double]) {
        let cell = axis.cell(of: number, step: step)
        if let kinds {
            let masses = means.indices.map { logMass(of: cell, kind: $0) }
            for kernel in kinds.indices { sums[kernel] += masses[Int(kinds[kernel])] }
            return
        }
        let middle = 0.5 * (cell.lower + cell.upper)
        let half = 0.5 * (cell.upper - cell.lower)
        let slack = floor - Self.highestLogMass
        let count = sums.count
        precondition(means.count == count && inverseWidths.count == count)
        for kernel in 0..<count {
            let outside = max(abs(middle - means[kernel]) - half, 0) * inverseWidths[kernel]
            let bound = sums[kernel] - 0.5 * outside * outside
            sums[kernel] = bound >= slack ? sums[kernel] : -.infinity
        }
        // Those that are left are found without a branch: which ones they are is as good as random.
        var near = [Int32](repeating: 0, count: count)
        var nearCount = 0
        for kernel in 0..<count {
            near[nearCount] = Int32(truncatingIfNeeded: kernel)
            nearCount &+= sums[kernel] > -.infinity ? 1 : 0
        }
        for kernel in near[..<nearCount].lazy.map(Int.init) { sums[kernel] += logMass(of: cell, kind: kernel) }
    }
}
