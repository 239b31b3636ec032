import ReinCheckpoints
import ReinPolicies
import Testing

@testable import ReinInterop

@Suite("Statistics of VecNormalize")
struct NormalizationPickleTests {
    @Test("Observations are scaled in double precision, with the epsilon of the file", arguments: [1e-8, 0.5])
    func values(epsilon: Double) throws {
        let bytes = NormalizationPickle.bytes(["epsilon": NormalizationPickle.double(epsilon)])
        let normalization = try StableBaselines3Normalization(bytes)
        let normalizer = try #require(normalization.observationNormalizer)
        for observation: [Float] in [[101_325, 0.5], [101_361.37, -1], [101_325.01, 12.25], [100_000, -20]] {
            var result = observation
            normalizer.apply(rows: 1, from: observation, into: &result)
            for (column, (mean, variance)) in [(101_325.0, 900.0), (0.5, 4.0)].enumerated() {
                let score = (Double(observation[column]) - mean) / (variance + epsilon).squareRoot()
                let expected = Float(max(-10, min(10, score)))
                #expect(abs(result[column] - expected) <= 1e-6 * abs(expected), "\(observation)")
            }
        }
        let factor = try #require(normalization.rewardScaler).factor
        #expect(abs(Double(factor) - 1 / (1 + epsilon).squareRoot()) < 1e-6)
    }

    @Test("What is impossible is named where it is")
    func places() throws {
        let statistics = NormalizationPickle.statistics(mean: [0], variance: [0])
        let halves = NormalizationPickle.statistics(mean: [1], variance: [1], elementType: "f2")
        let cases: [(changes: [String: [UInt8]], path: String)] = [
            (["epsilon": NormalizationPickle.double(.nan)], "state/epsilon"),
            (["epsilon": NormalizationPickle.double(-1)], "state/epsilon"),
            (["epsilon": PickleBytes.none], "state/epsilon"),
            (["clip_obs": NormalizationPickle.double(.nan)], "state/clip_obs"),
            (["clip_obs": NormalizationPickle.double(0)], "state/clip_obs"),
            (["clip_reward": NormalizationPickle.double(1e-60)], "state/clip_reward"),
            (["obs_rms": halves], "state/obs_rms/state/mean"),
            (["obs_rms": statistics, "epsilon": NormalizationPickle.double(0)], "state/obs_rms"),
        ]
        for (changes, path) in cases {
            let error = stateError { _ = try StableBaselines3Normalization(NormalizationPickle.bytes(changes)) }
            #expect(error?.path == path, "\(String(describing: error))")
        }
        let constant = NormalizationPickle.bytes(["obs_rms": statistics])
        #expect(try StableBaselines3Normalization(constant).observationNormalizer?.width == 1)
    }
}
