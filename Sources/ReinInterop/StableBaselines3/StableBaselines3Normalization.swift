public import ReinCheckpoints
public import ReinPolicies

/// The statistics of a `VecNormalize` of Stable-Baselines3: what its `save` wrote, read without Python.
///
/// Stable-Baselines3 computes `clip((x − mean) / √(variance + ε), ±limit)`, as Rein does, but its ε can be chosen. Where
/// it is not Rein's, the difference is part of the variances here.
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
        let bytes = try RegularFile.read(path, limit: Self.fileLimit)
        do { try self.init(bytes) } catch { throw error.nested(under: path) }
    }

    init(_ bytes: [UInt8]) throws(StateError) {
        let view = PickleView(try PickleReader.read(bytes, globals: StableBaselines3Globals.normalization), path: "")
        guard view.recordName == "stable_baselines3.common.vec_env.vec_normalize.VecNormalize" else {
            throw view.mismatch("VecNormalize")
        }
        let attributes = try view.state().entries()
        let epsilon = try attributes.required("epsilon", in: view).number()
        var normalizer: ObservationNormalizer?
        if try attributes.required("norm_obs", in: view).bool() {
            let moments = try attributes.required("obs_rms", in: view)
            guard !moments.isDictionary else {
                throw moments.error(.unsupportedFormat, "statistics of observations of several parts are not read")
            }
            let state = try Self.moments(moments, epsilon: epsilon, ownEpsilon: ObservationNormalizer.epsilon)
            var restored = ObservationNormalizer(width: state.width)
            try restored.restore(from: Self.tree(state.tree, limit: attributes.required("clip_obs", in: view)))
            normalizer = restored
        }
        var scaler: RewardScaler?
        if try attributes.required("norm_reward", in: view).bool() {
            let moments = try attributes.required("ret_rms", in: view)
            let state = try Self.moments(moments, epsilon: epsilon, ownEpsilon: RewardScaler.epsilon)
            guard state.width == 1 else { throw moments.error(.wrongShape, "\(state.width) statistics of a reward") }
            var restored = RewardScaler()
            try restored.restore(from: Self.tree(state.tree, limit: attributes.required("clip_reward", in: view)))
            scaler = restored
        }
        observationNormalizer = normalizer
        rewardScaler = scaler
    }

    private static func tree(_ moments: StateTree, limit: PickleView) throws(StateError) -> StateTree {
        ["limit": .double(try limit.number()), "moments": moments]
    }

    /// The state of Rein's moments from a `RunningMeanStd`.
    private static func moments(
        _ view: PickleView, epsilon: Double, ownEpsilon: Double
    ) throws(StateError) -> (tree: StateTree, width: Int) {
        guard view.recordName == "stable_baselines3.common.running_mean_std.RunningMeanStd" else {
            throw view.mismatch("RunningMeanStd")
        }
        let entries = try view.state().entries()
        let means = try entries.required("mean", in: view).array().numbers()
        let variances = try entries.required("var", in: view).array().numbers()
        let observed = try entries.required("count", in: view).number()
        guard !means.isEmpty, means.count == variances.count else {
            throw view.error(.wrongShape, "\(means.count) means and \(variances.count) variances")
        }
        guard observed >= 0, observed < 0x1p53, epsilon >= 0, (means + variances).allSatisfy(\.isFinite) else {
            throw view.error(.outOfRange, "a count of \(observed), or means or variances that are not finite")
        }
        // Their count begins with a small fraction, ours is whole, and 0 stands for no scaling at all.
        let count = max(1, observed.rounded())
        let squares = variances.map { ($0 + (epsilon == ownEpsilon ? 0 : epsilon - ownEpsilon)) * count }
        guard squares.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw view.error(.outOfRange, "a variance that is negative, or too small to be divided by")
        }
        let tree: StateTree = [
            "count": .int(Int64(count)),
            "mean": .tensor(StateTensor(means, shape: [means.count])),
            "squaredDistances": .tensor(StateTensor(squares, shape: [means.count])),
        ]
        return (tree, means.count)
    }
}
