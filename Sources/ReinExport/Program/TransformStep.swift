import ReinPolicies
import ReinSpaces

/// What happens to a continuous action on its way to the environment, element by element; see `ActionTransform`.
enum TransformStep {
    /// Nothing, as with all discrete actions.
    case none
    /// Each element is limited to its bounds, which may be infinite.
    case clip(low: [Float], high: [Float])
    /// Each element with bounds at a finite distance becomes `low + (a + 1) * ½ * (high − low)`; then all are limited to
    /// their bounds.
    case rescale(low: [Float], high: [Float])

    init(_ policy: Policy) {
        guard case .box(let box) = policy.actionSpace else {
            self = .none
            return
        }
        switch policy.actionTransform {
        case .none: self = .none
        case .clip: self = .clip(low: box.low, high: box.high)
        case .rescale: self = .rescale(low: box.low, high: box.high)
        }
    }
}
