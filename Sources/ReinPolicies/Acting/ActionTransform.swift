public import ReinEnvironments

/// What happens to an action between the policy's distribution and the environment.
///
/// The distribution's own action is what is learnt from; only the environment sees the transformed one.
public enum ActionTransform: String, Sendable, Hashable, Codable, CaseIterable {
    /// The action goes to the environment as it is. The only choice for discrete actions.
    case none
    /// Each element is limited to the bounds of the action space.
    case clip
    /// Each element is mapped from [-1, 1] to the bounds of the action space, then limited to them. Elements without
    /// finite bounds are only limited.
    case rescale

    /// Transforms `rows` actions, `[rows, width]`, from `source` into `target`, which may be the same memory.
    public func apply(
        rows: Int, space: Box, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        let width = space.low.count
        space.low.withUnsafeBufferPointer { low in
            space.high.withUnsafeBufferPointer { high in
                for row in 0..<rows {
                    let base = row &* width
                    for column in 0..<width {
                        var value = source[base &+ column]
                        if self == .rescale, low[column].isFinite, high[column].isFinite {
                            value = low[column] + (value + 1) * 0.5 * (high[column] - low[column])
                        }
                        if self != .none { value = max(low[column], min(high[column], value)) }
                        target[base &+ column] = value
                    }
                }
            }
        }
    }
}
