/// An action as a program that uses a policy sees it: what `Environment.step` receives.
///
///     guard case .discrete(let index) = policy.action(for: observation) else { return }
///     let step = environment.step(index, into: &row)
public enum Action: Sendable, Hashable {
    /// A member of a discrete space: its index, from 0, wherever the outside world counts from. Its number there is
    /// `Discrete.number(ofIndex:)`.
    case discrete(Int)
    /// A member of a multi-discrete space: the index of the choice of each component, from 0.
    case multiDiscrete([Int])
    /// A point in a box, row-major.
    case continuous([Float])
}
