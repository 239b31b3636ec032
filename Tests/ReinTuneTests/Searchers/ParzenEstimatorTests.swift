import Foundation
import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

@Suite struct ParzenEstimatorTests {
    @Test("so many of the trials are good, and count so much by age, as Optuna records")
    func counts() throws {
        let recording = try Fixture.named("tpe")
        for pair in try recording.list("number_of_good_trials") {
            let pair = try pair.list()
            #expect(try AgeWeights.goodCount(pair[0].int()) == pair[1].int())
        }
        for (count, weights) in try recording.child("weights_by_age_oldest_first").map() {
            let expected = try weights.list().map { try $0.double() }
            let found = AgeWeights.weights(try #require(Int(count)))
            #expect(found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-15 })
        }
    }

    @Test("estimators have the kernels and densities that Optuna records", arguments: 0..<13)
    func recorded(place: Int) throws {
        let cases = try Fixture.named("tpe").list("cases")
        #expect(cases.count == 13)
        let recorded = cases[place]
        let parameter = SearchParameter("x", try Self.domain(recorded.child("distribution")))
        let axis = ParzenAxis(parameter.domain)
        let coordinates = try recorded.list("values").map { value in
            axis.coordinate(of: try #require(parameter.number(of: value.tree)))
        }
        let estimator = ParzenEstimator([axis], coordinates: [coordinates])
        try expect(estimator.weights, recorded.child("weights"), "weights")
        let parameters = try recorded.child("parameters")
        switch try #require(estimator.columns.first) {
        case .numbers(let means, let widths):
            try expect(means, parameters.child("mu"), "means")
            try expect(widths, parameters.child("sigma"), "widths")
        case .grid(let kernels):
            try expect(estimator.weights.indices.map { kernels.kernel($0).mean }, parameters.child("mu"), "means")
            try expect(estimator.weights.indices.map { kernels.kernel($0).width }, parameters.child("sigma"), "widths")
        case .categories(let kernels):
            for (kernel, row) in try parameters.list("weights").enumerated() {
                let found = kernels.prior.indices.map { category in
                    kernels.own[kernel] < 0
                        ? kernels.prior[category]
                        : kernels.probability(of: category, isOwn: category == kernels.own[kernel])
                }
                try expect(found, row, "probabilities")
            }
        }
        let grid = try recorded.list("grid_internal").map { try $0.double() }
        try expect(grid.map { estimator.logDensity([$0]) }, recorded.child("log_density"), "log density")
    }

    private func expect(_ found: [Double], _ recorded: StateReader, _ name: Comment) throws {
        let expected = try recorded.list().map { try $0.double() }
        #expect(found.count == expected.count, name)
        for (found, expected) in zip(found, expected) {
            #expect(abs(found - expected) <= 1e-10 * max(1, abs(expected)), name)
        }
    }

    private static func domain(_ recorded: StateReader) throws -> Domain {
        if let choices = recorded.optionalChild("choices") {
            return .choice(try choices.list().map { .string(try $0.string()) })
        }
        let (low, high) = (try recorded.child("low"), try recorded.child("high"))
        let scale: Scale = try recorded.bool("log") ? .logarithmic : .linear
        if case .int = low.tree {
            return .integer(
                try IntegerDomain(from: low.int(), to: high.int(), scale: scale, step: recorded.int("step")))
        }
        let step = try recorded.optionalChild("step")?.double()
        return .real(try RealDomain(from: low.double(), to: high.double(), scale: scale, step: step))
    }

    @Test("the density over all axes is the sum of products of what each kernel gives on each")
    func product() {
        let axes = [ParzenAxis(.uniform(0...10)), ParzenAxis(.choice(["a", "b"]))]
        let estimator = ParzenEstimator(axes, coordinates: [[2, 7], [0, 1]])
        // Kernels of width 5, 5 and 10, cut off at 0 and 10, and of categories (4/5, 1/5), (1/5, 4/5), (1/2, 1/2).
        let alone = (0..<3).map { kernel in Self.kernel([2, 7, 5][kernel], [5, 5, 10][kernel], at: 3) }
        let density = (alone[0] * 0.8 + alone[1] * 0.2 + alone[2] * 0.5) / 3
        #expect(abs(estimator.logDensity([3, 0]) - log(density)) < 1e-9)
    }

    /// A kernel between 0 and 10, integrated step by step.
    private static func kernel(_ mean: Double, _ width: Double, at number: Double) -> Double {
        func bell(_ x: Double) -> Double { exp(-0.5 * ((x - mean) / width) * ((x - mean) / width)) }
        let steps = 20_000
        let mass = (0..<steps).reduce(0.0) { $0 + bell((Double($1) + 0.5) * 10 / Double(steps)) } * 10 / Double(steps)
        return bell(number) / mass
    }

    @Test("kernels of one kind, which are evaluated once, give what single ones do")
    func kinds() {
        let axis = ParzenAxis(.integers(1...3))
        // Of forty kernels there are few kinds; of one on a grid of its own, as many as kernels.
        let values = (0..<40).map { Double($0 * $0 % 3 + 1) }
        let estimator = ParzenEstimator([axis], coordinates: [values])
        guard case .grid(let kernels) = estimator.columns[0] else { return }
        for number in 1...3 {
            let single = (0...40).reduce(0.0) { sum, place in
                let (mean, width) = kernels.kernel(place)
                #expect(mean == (place < 40 ? values[place] : 2))
                let (lower, upper) = (Double(number) - 0.5, Double(number) + 0.5)
                let mass = NormalIntegrals.logMass(from: (lower - mean) / width, to: (upper - mean) / width)
                return sum + estimator.weights[place] * exp(mass + axis.logNorm(mean: mean, width: width))
            }
            #expect(abs(exp(estimator.logDensity([Double(number)])) - single) < 1e-12)
        }
    }

    @Test("densities over a grid sum to one, and those over a range integrate to one")
    func normalised() {
        let integers = ParzenEstimator(
            [ParzenAxis(.logIntegers(1...64))], coordinates: [[2, 8, 8, 64].map { log($0) }])
        let sum = (1...64).reduce(0.0) { $0 + exp(integers.logDensity([Double($1)])) }
        #expect(abs(sum - 1) < 1e-9)
        let reals = ParzenEstimator([ParzenAxis(.uniform(-1...3))], coordinates: [[-1, 0, 2.5]])
        let integral = (0..<4000).reduce(0.0) { $0 + exp(reals.logDensity([-1 + (Double($1) + 0.5) / 1000])) } / 1000
        #expect(abs(integral - 1) < 1e-5)
        let normal = ParzenEstimator([ParzenAxis(.normal(mean: 5, deviation: 2))], coordinates: [[4, 4.5, 9]])
        let wide = (0..<4000).reduce(0.0) { $0 + exp(normal.logDensity([-15 + (Double($1) + 0.5) / 100])) } / 100
        #expect(abs(wide - 1) < 1e-5)
    }

    @Test("what is drawn is distributed by the density")
    func drawn() {
        let estimator = ParzenEstimator(
            [ParzenAxis(.integers(1...8)), ParzenAxis(.choice(["a", "b"], weights: [3, 1]))],
            coordinates: [[2, 2, 5], [0, 0, 1]])
        var random = RandomStream(seed: 1, name: "test")
        var counts = [Double](repeating: 0, count: 16)
        let draws = 40_000
        let domain = SearchParameter("x", .integers(1...8))
        for _ in 0..<draws {
            let drawn = estimator.sample(using: &random)
            counts[Int(domain.nearest(to: drawn[0]) - 1) * 2 + Int(drawn[1])] += 1
        }
        for (place, count) in counts.enumerated() {
            let share = exp(estimator.logDensity([Double(place / 2 + 1), Double(place % 2)]))
            #expect(abs(count / Double(draws) - share) < 5 * (share / Double(draws)).squareRoot())
        }
    }

    @Test("without trials, a weighted choice and a normal domain are what they were before")
    func priors() {
        let choice = ParzenEstimator([ParzenAxis(.choice(["a", "b", "c"], weights: [1, 0, 3]))], coordinates: [[]])
        #expect(abs(exp(choice.logDensity([2])) - 0.75) < 1e-12)
        #expect(choice.logDensity([1]) == -.infinity)
        let normal = ParzenEstimator([ParzenAxis(.normal(mean: 1, deviation: 2))], coordinates: [[]])
        #expect(abs(normal.logDensity([3]) - (-0.5 - log(2) - 0.9189385332046727)) < 1e-12)
    }

    @Test("a category that is never drawn stays so, even when a given trial had it")
    func neverDrawn() {
        let estimator = ParzenEstimator([ParzenAxis(.choice(["a", "b"], weights: [1, 0]))], coordinates: [[1, 1, 1]])
        var random = RandomStream(seed: 1, name: "test")
        #expect((0..<200).allSatisfy { _ in estimator.sample(using: &random) == [0] })
    }

    @Test("intervals of the normal density, in the tails and very short ones")
    func masses() {
        // From erfc in double precision.
        #expect(abs(NormalIntegrals.logMass(from: -1, to: 1) - -0.3817151) < 1e-6)
        #expect(abs(NormalIntegrals.logMass(from: 8, to: 9) - -35.0136186) < 1e-6)
        #expect(NormalIntegrals.logMass(from: 8, to: 9) == NormalIntegrals.logMass(from: -9, to: -8))
        // Short intervals are integrated another way, and have to sum to longer ones.
        for lower in [-7, -3.02, -0.04, 0, 1, 6.5] {
            let parts = [lower, lower + 0.04].map { exp(NormalIntegrals.logMass(from: $0, to: $0 + 0.04)) }
            let whole = exp(NormalIntegrals.logMass(from: lower, to: lower + 0.08))
            #expect(abs((parts[0] + parts[1]) / whole - 1) < 1e-12)
        }
        let tiny = NormalIntegrals.logMass(from: 2, to: 2 + 1e-12)
        #expect(abs(tiny - (log(1e-12) - 2 - 0.9189385332046727)) < 1e-3)
    }
}
