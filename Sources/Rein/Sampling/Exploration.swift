public import ReinNumerics

/// How a runner draws actions.
public enum Exploration: Sendable {
    /// Uniformly from the whole action space, as before learning starts.
    case uniform
    /// From the policy's distribution; with action values a random action with the probability `rate`, a function of
    /// environment steps that is read from `steps` on.
    case greedy(rate: Schedule, steps: Int)

    /// From the policy's distribution.
    public static var policy: Exploration { .greedy(rate: 0, steps: 0) }

    /// The probability of a random action after further environment steps, or nil for nothing but random ones.
    func rate(afterSteps further: Int) -> Double? {
        switch self {
        case .uniform: nil
        case .greedy(let rate, let steps): rate.value(at: steps + further)
        }
    }
}
