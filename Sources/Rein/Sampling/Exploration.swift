public import ReinNumerics

/// How a runner draws actions.
public enum Exploration: Sendable {
    /// Uniformly from the whole action space, as before learning starts.
    case uniform
    /// From the policy's distribution; with action values a random action with the probability `rate`, a function of
    /// environment steps that is read from `steps` on, where each step of all environments counts as `stride`.
    case greedy(rate: Schedule, steps: Int, stride: Int)

    /// From the policy's distribution.
    public static var policy: Exploration { .greedy(rate: 0, steps: 0, stride: 0) }

    /// The probability of a random action in a step of a rollout, or nil for nothing but random ones.
    func rate(at step: Int) -> Double? {
        switch self {
        case .uniform: nil
        case .greedy(let rate, let steps, let stride): rate.value(at: steps + step * stride)
        }
    }
}
