import Rein
import ReinTestSupport
import Testing

@Suite("Observations scaled by the formula of RLlib's filter")
struct ObservationFormulaTests {
    /// An observation, and what NumPy's arithmetic makes of it after a number of rows of statistics.
    struct Example: Sendable {
        let count: Int
        let mean: [Double]
        let squaredDistances: [Double]
        /// With both halves, the mean alone, the division alone.
        let both: [Float]
        let centred: [Float]
        let divided: [Float]
    }

    static let observation: [Float] = [4.3, -2.5]
    static let examples = [
        Example(
            count: 0, mean: [0, 0], squaredDistances: [0, 0], both: [4_300_000, -2_500_000], centred: [4.3, -2.5],
            divided: [4_300_000, -2_500_000]),
        Example(
            count: 1, mean: [1, 10], squaredDistances: [0, 0], both: [3.299_997_091_293_335, -1.249_999_880_790_710_4],
            centred: [3.300_000_190_734_863_3, -12.5], divided: [4.299_995_899_200_44, -0.249_999_970_197_677_6]),
        Example(
            count: 5, mean: [3.6, 10.15], squaredDistances: [23.2, 2.7],
            both: [0.290_659_129_619_598_4, -15.397_069_931_030_273],
            centred: [0.700_000_166_893_005_4, -12.65], divided: [1.785_477_161_407_470_7, -3.042_899_131_774_902_3]),
    ]

    static func normalizer(
        _ example: Example, limit: Float = .infinity, subtractsMean: Bool = true, dividesByDeviation: Bool = true
    ) throws -> ObservationNormalizer {
        ObservationNormalizer(
            moments: try RunningMoments(
                count: example.count, mean: example.mean, squaredDistances: example.squaredDistances),
            limit: limit,
            formula: .meanStdFilter(subtractsMean: subtractsMean, dividesByDeviation: dividesByDeviation))
    }

    static func result(_ normalizer: ObservationNormalizer) -> [Float] {
        var result: [Float] = [.nan, .nan]
        normalizer.apply(rows: 1, from: observation, into: &result)
        return result
    }

    @Test("The numbers are NumPy's to the last bit, each half by itself and both together", arguments: examples)
    func halves(example: Example) throws {
        #expect(try Self.result(Self.normalizer(example)) == example.both)
        #expect(try Self.result(Self.normalizer(example, dividesByDeviation: false)) == example.centred)
        #expect(try Self.result(Self.normalizer(example, subtractsMean: false)) == example.divided)
        #expect(
            try Self.result(Self.normalizer(example, subtractsMean: false, dividesByDeviation: false))
                == Self.observation)
    }

    @Test("A limit acts last, and without one everything passes", arguments: examples)
    func limit(example: Example) throws {
        let limited = try Self.result(Self.normalizer(example, limit: 2))
        #expect(limited == example.both.map { max(-2, min(2, $0)) })
    }

    @Test("Rows are scaled one by one, in place too")
    func rows() throws {
        let normalizer = try Self.normalizer(Self.examples[2])
        var values = Self.observation + Self.observation + [3.6, 10.15]
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            normalizer.apply(rows: 3, from: base, into: base)
        }
        #expect(Array(values[0..<4]) == Self.examples[2].both + Self.examples[2].both)
        #expect(abs(values[4]) < 1e-6 && abs(values[5]) < 1e-6)
    }

    @Test("Merged statistics are scaled by the same formula")
    func merging() throws {
        var moments = RunningMoments(width: 2)
        moments.update([1, 10, 3, 10.5, 5, 9, 2, 10, 7, 11.25], count: 5)
        var normalizer = ObservationNormalizer(width: 2, limit: .infinity, formula: .meanStdFilter())
        #expect(Self.result(normalizer) == Self.examples[0].both)
        normalizer.merge(moments)
        for (value, expected) in zip(Self.result(normalizer), Self.examples[2].both) {
            #expect(abs(value - expected) < 1e-6 * max(1, abs(expected)))
        }
    }

    @Test("Formula and limit survive being saved, and the default leaves no trace")
    func state() throws {
        for example in Self.examples {
            for (first, second) in [(true, true), (true, false), (false, true)] {
                let normalizer = try Self.normalizer(example, subtractsMean: first, dividesByDeviation: second)
                var restored = ObservationNormalizer(width: 2)
                try restored.restore(from: normalizer.state)
                #expect(restored == normalizer)
                #expect(restored.limit == .infinity)
                #expect(Self.result(restored) == Self.result(normalizer))
            }
        }
        guard case .map(let plain) = ObservationNormalizer(width: 2).state else {
            throw StateError(.wrongType, "no map")
        }
        #expect(plain.keys == ["limit", "moments"])
        var back = try Self.normalizer(Self.examples[2])
        try back.restore(from: .map(plain))
        #expect(back == ObservationNormalizer(width: 2))
        let unknown: [StateTree] = [
            "meanStdFilter", ["type": "other", "subtractsMean": true, "dividesByDeviation": true],
            ["type": "meanStdFilter", "subtractsMean": true],
            ["type": "meanStdFilter", "subtractsMean": 1, "dividesByDeviation": true],
            ["type": "standardScore"], ["type": "standardScore", "epsilon": -1],
            ["type": "standardScore", "epsilon": .double(.nan)],
            ["type": "standardScore", "epsilon": .double(.infinity)],
            ["type": "standardScore", "epsilon": 0, "subtractsMean": true],
        ]
        for formula in unknown {
            var damaged = plain
            damaged["formula"] = formula
            let error = try #require(throws: StateError.self) { try back.restore(from: .map(damaged)) }
            #expect(error.path.hasPrefix("formula"), "\(error)")
        }
        #expect(back == ObservationNormalizer(width: 2))
    }

    @Test("Impossible moments are refused")
    func impossibleMoments() {
        let impossible: [(Int, [Double], [Double])] = [
            (-1, [0], [0]), (3, [1, 2], [1]), (3, [1], [-0.5]), (0, [1], [0]), (0, [0], [1]),
        ]
        for (count, mean, squaredDistances) in impossible {
            #expect(throws: StateError.self, "\(count), \(mean), \(squaredDistances)") {
                try RunningMoments(count: count, mean: mean, squaredDistances: squaredDistances)
            }
        }
    }

    @Test("Moments that are put together are those that were taken")
    func moments() throws {
        var taken = RunningMoments(width: 2)
        taken.update([1, 10, 3, 11, -4, 9], count: 3)
        let made = try RunningMoments(count: 3, mean: taken.mean, squaredDistances: taken.squaredDistances)
        #expect(made == taken)
    }

    @Test("A restored policy keeps its formula while training goes on")
    func training() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try PPO(
                environment: CartPole.self,
                configuration: PPO.Configuration(seed: 3).with {
                    $0.environmentCount = 2
                    $0.rolloutLength = 16
                    $0.minibatchSize = 16
                    $0.epochs = 1
                    $0.normalizesObservations = true
                    $0.network.hidden = [8]
                })
            _ = try algorithm.train()
            try algorithm.save(to: directory + "/default")
            let saved = try CheckpointDirectory(opening: directory + "/default")
            var policy = try Policy(restoring: directory + "/default")
            let formula = ObservationNormalizer.Formula.meanStdFilter()
            let before = try #require(policy.observationNormalizer).moments
            policy.observationNormalizer = ObservationNormalizer(
                moments: before, limit: .infinity, formula: formula)
            try CheckpointDirectory.writeAlgorithm(
                to: directory + "/filter", format: .native, algorithm: saved.algorithmState(),
                policies: [(.default, policy.state)])
            let restored = try PPO(restoring: directory + "/filter")
            _ = try restored.train()
            let after = try #require(restored.policy()?.observationNormalizer)
            #expect(after.formula == formula && after.limit == .infinity)
            #expect(after.moments.count > before.count)
            try restored.save(to: directory + "/again")
            let normalizer = try Policy(restoring: directory + "/again").observationNormalizer
            #expect(normalizer == after)
        }
    }
}
