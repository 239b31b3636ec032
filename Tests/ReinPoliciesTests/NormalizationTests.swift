import Rein
import Testing

@Suite("Normalisation")
struct NormalizationTests {
    @Test("Observations are scaled by population mean and variance, and limited")
    func observations() {
        var moments = RunningMoments(width: 2)
        moments.update([1, 10, 3, 10, 5, 10], count: 3)
        var normalizer = ObservationNormalizer(width: 2, limit: 5)
        var result: [Float] = [0, 0]
        normalizer.apply(rows: 1, from: [7, -3], into: &result)
        #expect(result == [5, -3], "before any statistics only the limit acts")
        normalizer.merge(moments)
        normalizer.apply(rows: 1, from: [5, 10.0001], into: &result)
        #expect(abs(result[0] - 2 / (8.0 / 3).squareRoot()) < 1e-6)
        #expect(result[1] <= 5)
    }

    @Test("Rewards are divided by the deviation of returns, without a shift, and limited")
    func rewards() {
        var moments = RunningMoments(width: 1)
        moments.update([2, 4, 6, 8], count: 4)
        var scaler = RewardScaler(limit: 3)
        scaler.merge(moments)
        var rewards: [Float] = [1, -2, 100]
        scaler.apply(to: &rewards, count: 3)
        let deviation = Float(5).squareRoot()
        #expect(abs(rewards[0] - 1 / deviation) < 1e-6 && abs(rewards[1] + 2 / deviation) < 1e-6 && rewards[2] == 3)
    }

    @Test("Limits make no number of what is none")
    func limits() {
        #expect((-3 as Float).limited(from: -1, to: 2) == -1 && (3 as Float).limited(from: -1, to: 2) == 2)
        #expect((1 as Float).limited(from: -1, to: 2) == 1 && Float.nan.limited(from: -1, to: 2).isNaN)
        #expect(Float.infinity.limited(from: -1, to: 2) == 2)
        for formula: ObservationNormalizer.Formula in [.gymnasium, .standardScore(), .meanStdFilter()] {
            var moments = RunningMoments(width: 2)
            moments.update([1, 10, 3, 11], count: 2)
            let normalizer = ObservationNormalizer(moments: moments, formula: formula)
            var result: [Float] = [0, 0]
            normalizer.apply(rows: 1, from: [.nan, .infinity], into: &result)
            #expect(result[0].isNaN && result[1] == 10)
        }
        var rewards: [Float] = [.nan, .infinity]
        RewardScaler().apply(to: &rewards, count: 2)
        #expect(rewards[0].isNaN && rewards[1] == 10)
        for transform in ActionTransform.allCases {
            var action: [Float] = [.nan]
            action.withUnsafeMutableBufferPointer { row in
                guard let base = row.baseAddress else { return }
                transform.apply(rows: 1, space: Box(-1...1, shape: [1]), from: base, into: base)
            }
            #expect(action[0].isNaN)
        }
    }

    @Test("Statistics survive being saved")
    func state() throws {
        var moments = RunningMoments(width: 2)
        moments.update([1, 10, 3, 11], count: 2)
        var normalizer = ObservationNormalizer(width: 2, limit: 5)
        normalizer.merge(moments)
        var restored = ObservationNormalizer(width: 2)
        try restored.restore(from: normalizer.state)
        #expect(restored == normalizer)
        var narrow = ObservationNormalizer(width: 1)
        #expect(throws: StateError.self) { try narrow.restore(from: normalizer.state) }
    }
}
