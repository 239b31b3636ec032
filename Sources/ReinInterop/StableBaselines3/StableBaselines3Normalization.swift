public import ReinCheckpoints
import ReinNumerics
public import ReinPolicies

/// The statistics of a `VecNormalize` of Stable-Baselines3: what its `save` wrote, read without Python.
///
/// Stable-Baselines3 computes `clip((x − mean) / √(variance + ε), ±limit)` in double precision, with an ε that can be
/// chosen. For observations that is a formula of Rein's; where the ε of rewards is not Rein's, the difference is part of
/// their variance here.
public struct StableBaselines3Normalization: Sendable {
    /// The scaling of observations, or nil when they were left as they are.
    public let observationNormalizer: ObservationNormalizer?
    /// The scaling of rewards, or nil when they were left as they are.
    public let rewardScaler: RewardScaler?

    /// The largest number of bytes of a file.
    private static let fileLimit = 1 << 26

    /// Opens a file.
    ///
    /// - Throws: `StateError` that names the attribute, or the byte of the pickle: when the file is damaged, is no
    ///   `VecNormalize`, or holds something that is not let in.
    public init(opening path: String) throws(StateError) {
        let bytes = try LocalFile.read(path, limit: Self.fileLimit)
        do { try self.init(bytes) } catch { throw error.nested(under: path) }
    }

    init(_ bytes: [UInt8]) throws(StateError) {
        let view = PickleView(try PickleReader.read(bytes, globals: StableBaselines3Globals.normalization), path: "")
        guard view.recordName == "stable_baselines3.common.vec_env.vec_normalize.VecNormalize" else {
            throw view.mismatch("VecNormalize")
        }
        let state = try view.state()
        let attributes = try state.entries()
        let epsilonView = try attributes.required("epsilon", in: state)
        let epsilon = try epsilonView.number()
        guard epsilon >= 0, epsilon.isFinite else {
            throw epsilonView.error(.outOfRange, "must be finite and not negative, not \(epsilon)")
        }
        var normalizer: ObservationNormalizer?
        if try attributes.required("norm_obs", in: state).bool() {
            let statistics = try attributes.required("obs_rms", in: state)
            guard !statistics.isDictionary else {
                throw statistics.error(.unsupportedFormat, "statistics of observations of several parts are not read")
            }
            normalizer = ObservationNormalizer(
                moments: try Self.moments(statistics, epsilon: epsilon),
                limit: try Self.limit(attributes.required("clip_obs", in: state)),
                formula: .standardScore(epsilon: epsilon))
        }
        var scaler: RewardScaler?
        if try attributes.required("norm_reward", in: state).bool() {
            let statistics = try attributes.required("ret_rms", in: state)
            let moments = try Self.moments(statistics, epsilon: epsilon, ownEpsilon: RewardScaler.epsilon)
            guard moments.width == 1 else {
                throw statistics.error(.wrongShape, "\(moments.width) statistics of a reward")
            }
            let limit = try Self.limit(attributes.required("clip_reward", in: state))
            var restored = RewardScaler()
            try restored.restore(from: ["limit": .double(Double(limit)), "moments": moments.state])
            scaler = restored
        }
        observationNormalizer = normalizer
        rewardScaler = scaler
    }

    /// The largest absolute value of what is normalised.
    private static func limit(_ view: PickleView) throws(StateError) -> Float {
        let limit = try view.number()
        guard Float(limit) > 0 else { throw view.error(.outOfRange, "must be positive, not \(limit)") }
        return Float(limit)
    }

    /// The moments of a `RunningMeanStd`.
    ///
    /// - Parameter ownEpsilon: what the variances will have added to them, when it is not `epsilon`.
    private static func moments(
        _ view: PickleView, epsilon: Double, ownEpsilon: Double? = nil
    ) throws(StateError) -> RunningMoments {
        guard view.recordName == "stable_baselines3.common.running_mean_std.RunningMeanStd" else {
            throw view.mismatch("RunningMeanStd")
        }
        let state = try view.state()
        let entries = try state.entries()
        let means = try entries.required("mean", in: state).numbers()
        let variances = try entries.required("var", in: state).numbers()
        let observed = try entries.required("count", in: state).number()
        guard !means.isEmpty, means.count == variances.count else {
            throw view.error(.wrongShape, "\(means.count) means and \(variances.count) variances")
        }
        guard observed >= 0, observed < 0x1p53, (means + variances).allSatisfy(\.isFinite) else {
            throw view.error(.outOfRange, "a count of \(observed), or means or variances that are not finite")
        }
        // Their count begins with a small fraction, ours is whole, and 0 stands for no statistics at all.
        let count = max(1, observed.rounded())
        let difference = ownEpsilon.map { epsilon == $0 ? 0 : epsilon - $0 } ?? 0
        let squares = variances.map { ($0 + difference) * count }
        guard variances.allSatisfy({ $0 >= 0 && $0 + epsilon > 0 }), squares.allSatisfy({ $0 >= 0 && $0.isFinite })
        else { throw view.error(.outOfRange, "a variance that is negative, or too small or large to be divided by") }
        return try RunningMoments(count: Int(count), mean: means, squaredDistances: squares)
    }
}
