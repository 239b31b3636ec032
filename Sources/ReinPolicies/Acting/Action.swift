/// An action as a program that uses a policy sees it.
public enum Action: Sendable, Hashable {
    /// A member of a discrete space.
    case discrete(Int)
    /// A member of a multi-discrete space: the index of the choice of each component, from 0.
    case multiDiscrete([Int])
    /// A point in a box, row-major.
    case continuous([Float])
}
