public import ReinCheckpoints
import ReinRandom

/// The settings that a space is made into, one after the other: given points first, then samples, each of which goes
/// through the whole grid.
///
/// The first of the grids, sorted by their paths, changes fastest. A variant is made when it is asked for, from its number
/// and nothing else, so that a grid of any size takes no memory. Every parameter has random numbers of its own: those of
/// one do not depend on which others there are.
public struct VariantSequence: Sendable {
    /// The space.
    public let space: SearchSpace
    /// How often the grid is gone through, points included; -1 for ever.
    public let numSamples: Int
    /// Settings that are tried first, each in the place of a sample.
    public let pointsToEvaluate: [StateMap]
    /// How often values are drawn while the grid is gone through.
    public let draws: GridDraws
    /// What the random numbers begin from.
    public internal(set) var seed: UInt64
    /// The number of variants; nil when there is no end.
    public let count: Int?

    /// The space as a whole is checked thoroughly.
    private static let roundsOfPoints = 16

    private let grids: [SpaceGrid]
    /// The number of the first variant of each point, then that of the first sample.
    private let starts: [Int]

    /// Makes a sequence and checks everything it will be made of.
    ///
    /// - Parameters:
    ///   - space: the space.
    ///   - numSamples: how often the grid is gone through; -1 for ever.
    ///   - pointsToEvaluate: settings that are tried first, each in the place of a sample; all of them, also when there are
    ///     fewer samples. They may leave settings out. One that fixes the value of a grid is not repeated for it.
    ///   - draws: how often values are drawn while the grid is gone through.
    ///   - seed: what the random numbers begin from.
    /// - Throws: `StateError` for a space that `SearchSpace.check()` refuses, for points that do not belong to it, and for
    ///   more than 2⁶³ variants.
    public init(
        of space: SearchSpace, numSamples: Int = 1, pointsToEvaluate: [StateMap] = [],
        draws: GridDraws = .anewInEachCell, seed: UInt64 = 0
    ) throws(StateError) {
        guard numSamples >= -1 else {
            throw StateError(.outOfRange, "\(numSamples) samples; -1 means no end", path: "numSamples")
        }
        try space.check()
        self.space = space
        self.numSamples = numSamples
        self.pointsToEvaluate = pointsToEvaluate
        self.draws = draws
        self.seed = seed
        grids = space.grids
        var starts = [0]
        for (index, point) in pointsToEvaluate.enumerated() {
            do {
                let fixed = try space.fixing(point)
                // Derived values see what the point gives.
                try fixed.check(maximumRounds: Self.roundsOfPoints)
                starts.append(try Self.sum(starts[index], Self.cells(of: fixed.grids)))
            } catch {
                throw error.nested(under: "pointsToEvaluate/\(index)")
            }
        }
        self.starts = starts
        let cells = try Self.cells(of: grids)
        let samples = max(0, numSamples - pointsToEvaluate.count)
        count = numSamples < 0 ? nil : try Self.sum(starts[pointsToEvaluate.count], Self.product(cells, samples))
    }

    /// Checks what trials would be made with, before the first one.
    ///
    /// - Parameter validate: says what is wrong with settings. It is given those of `SearchSpace.check(_:)`, and each point.
    /// - Throws: `StateError` as `SearchSpace.check(_:)`, or of `validate`, with the point's place where it is one.
    public func check(_ validate: (StateMap) throws(StateError) -> Void) throws(StateError) {
        try space.check(validate)
        for point in pointsToEvaluate.indices {
            let configuration = try variant(at: starts[point]).configuration
            do { try validate(configuration) } catch { throw error.nested(under: "pointsToEvaluate/\(point)") }
        }
    }

    /// The variant of a number from 0 that is below the count.
    ///
    /// - Throws: `StateError` for a derived value that cannot be computed.
    public func variant(at index: Int) throws(StateError) -> Variant {
        precondition(index >= 0 && count.map { index < $0 } ?? true, "there is no variant of number \(index)")
        let samplesStart = starts[starts.count - 1]
        guard index >= samplesStart else {
            let point = starts.partitioningPoint(above: index) - 1
            let fixed = try space.fixing(pointsToEvaluate[point])
            return try variant(
                of: fixed, fixed.grids, cell: index - starts[point], sample: point, index: index)
        }
        let cells = try Self.cells(of: grids)
        let (sample, cell) = (index - samplesStart).quotientAndRemainder(dividingBy: cells)
        return try variant(of: space, grids, cell: cell, sample: pointsToEvaluate.count + sample, index: index)
    }

    private func variant(
        of space: SearchSpace, _ grids: [SpaceGrid], cell: Int, sample: Int, index: Int
    ) throws(StateError) -> Variant {
        var rest = cell
        var indices: [SpacePath: Int] = [:]
        for grid in grids { (rest, indices[grid.path]) = rest.quotientAndRemainder(dividingBy: grid.count) }
        var sampler = Sampler(
            indices: indices, random: RandomStream(seed: seed, name: "search space"),
            index: draws == .anewInEachCell ? index : sample)
        return try space.variant(choosing: &sampler)
    }

    private static func cells(of grids: [SpaceGrid]) throws(StateError) -> Int {
        var cells = 1
        for grid in grids { cells = try product(cells, grid.count) }
        return cells
    }

    private static func product(_ left: Int, _ right: Int) throws(StateError) -> Int {
        let (product, overflows) = left.multipliedReportingOverflow(by: right)
        guard !overflows else { throw tooMany }
        return product
    }

    private static func sum(_ left: Int, _ right: Int) throws(StateError) -> Int {
        let (sum, overflows) = left.addingReportingOverflow(right)
        guard !overflows else { throw tooMany }
        return sum
    }

    private static var tooMany: StateError {
        StateError(.outOfRange, "the grid and the samples make more than 2^63 trials; -1 samples have no end")
    }
}

/// Chooses a cell of the grid, and draws.
private struct Sampler: SpaceChooser {
    let indices: [SpacePath: Int]
    let random: RandomStream
    let index: Int

    func index(ofGrid path: SpacePath, count: Int) -> Int { indices[path] ?? 0 }

    func value(at path: SpacePath, of domain: Domain) -> StateTree {
        var stream = random.stream(path.streamName, index: index)
        return domain.sample(using: &stream)
    }
}

extension [Int] {
    /// The place of the first of these ascending numbers that is above another one.
    fileprivate func partitioningPoint(above number: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] > number { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
