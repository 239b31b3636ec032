import ReinNumerics
public import ReinSpaces

/// What happens to an action between the policy's distribution and the environment.
///
/// The distribution's own action is what is learnt from; only the environment sees the transformed one.
public enum ActionTransform: String, Sendable, Hashable, Codable, CaseIterable {
    /// The action goes to the environment as it is. The only choice for discrete actions.
    case none
    /// Each element is limited to the bounds of the action space.
    case clip
    /// Each element is mapped from [-1, 1] to the bounds of the action space, then limited to them. A policy needs
    /// bounds at a finite distance for this, see `Box.scalingProblem`; elements with others are only limited.
    case rescale

    /// Transforms `rows` actions, `[rows, width]`, from `source` into `target`, which may be the same memory. NaN, which
    /// lies beyond no bound, stays NaN.
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
                        let distance = high[column] - low[column]
                        if self == .rescale, distance.isFinite { value = low[column] + (value + 1) * 0.5 * distance }
                        if self != .none { value = value.limited(from: low[column], to: high[column]) }
                        target[base &+ column] = value
                    }
                }
            }
        }
    }
}
