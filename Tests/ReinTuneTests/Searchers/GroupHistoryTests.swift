import Foundation
import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

@Suite struct GroupHistoryTests {
    private static let spaces: [[Domain]] = [
        [.logIntegers(1...10_000)], [.uniform(0...1), .choice(["a", "b", "c"])], [.integers(1...5), .normal()],
        [.normal(step: 0.01), .integers(1...2000)],
    ]

    /// A history of trials, of which every third does not have the parameters, and the numbers of those that do.
    private func history(_ domains: [Domain], _ count: Int) -> (GroupHistory, [Int: [Double]]) {
        var history = GroupHistory(Array(domains.indices), axes: domains.map(ParzenAxis.init))
        var random = RandomStream(seed: 5, name: "test")
        var points: [Int: [Double]] = [:]
        for trial in 0..<count where trial % 3 != 2 {
            let numbers = domains.map { SearchParameter("x", $0).sampleNumber(using: &random) }
            points[trial] = numbers
            history.append(trial, numbers)
            // What is kept from before must not show later.
            if trial % 20 == 0 { _ = history.estimator(excluding: [trial / 2, trial / 2 + 1]) }
        }
        return (history, points)
    }

    @Test("sorted as they come, trials give the estimator that they give when sorted at once", arguments: spaces)
    func sameAsAtOnce(domains: [Domain]) {
        let (history, points) = history(domains, 300)
        var copy = history
        let chosen = [0, 2, 7, 8, 150, 151, 152, 298]
        let rest = points.keys.filter { !chosen.contains($0) }.ascending
        let axes = history.axes
        func atOnce(_ trials: [Int]) -> ParzenEstimator {
            let points = trials.compactMap { points[$0] }
            return ParzenEstimator(
                axes,
                coordinates: axes.indices.map { axis in
                    points.map { axes[axis].coordinate(of: $0[axis]) }
                })
        }
        for probe in points.keys.ascending.prefix(20).compactMap({ points[$0] }) {
            #expect(history.estimator(of: chosen).logDensity(probe) == atOnce(chosen).logDensity(probe))
            #expect(copy.estimator(excluding: chosen).logDensity(probe) == atOnce(rest).logDensity(probe))
        }
        #expect(copy.estimator(excluding: []).weights.count == 201)
    }

    @Test("what is left out of a density as too little makes no difference", arguments: spaces)
    func exact(domains: [Domain]) {
        let (history, points) = history(domains, 300)
        var copy = history
        let estimator = copy.estimator(excluding: [])
        let rows = points.keys.ascending.compactMap { points[$0] }
        let axes = history.axes
        // Kernel by kernel, nothing left out.
        let widths = axes.indices.map { axis -> [Double] in
            let column = rows.map { axes[axis].coordinate(of: $0[axis]) }
            let order = column.indices.sorted { (column[$0], $0) < (column[$1], $1) }
            let sorted = axes[axis].categories == nil ? axes[axis].widths(ofSorted: order.map { column[$0] }) : []
            var widths = [Double](repeating: axes[axis].priorWidth, count: column.count + 1)
            for (rank, width) in sorted.enumerated() { widths[order[rank]] = width }
            return widths
        }
        func density(_ kernel: Int, _ axis: Int, _ number: Double) -> Double {
            let isPrior = kernel == rows.count
            if axes[axis].categories != nil {
                let share = 3 / Double(rows.count + 1)
                return isPrior ? 1 / 3.0 : (share / 3 + (rows[kernel][axis] == number ? 1 : 0)) / (share + 1)
            }
            let mean = isPrior ? axes[axis].priorMean : axes[axis].coordinate(of: rows[kernel][axis])
            let width = widths[axis][kernel]
            let norm = axes[axis].logNorm(mean: mean, width: width)
            guard let step = axes[axis].step else {
                let distance = (axes[axis].coordinate(of: number) - mean) / width
                return exp(norm - 0.5 * distance * distance)
            }
            let cell = axes[axis].cell(of: number, step: step)
            let mass = NormalIntegrals.logMass(from: (cell.lower - mean) / width, to: (cell.upper - mean) / width)
            return exp(norm + mass)
        }
        for probe in rows.prefix(40) {
            let sum = (0...rows.count).reduce(0.0) { sum, kernel in
                sum + estimator.weights[kernel] * axes.indices.reduce(1) { $0 * density(kernel, $1, probe[$1]) }
            }
            #expect(abs(estimator.logDensity(probe) - log(sum)) < 1e-10)
        }
    }
}
