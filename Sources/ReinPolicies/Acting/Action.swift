/// An action as a program that uses a policy sees it.
public enum Action: Sendable, Hashable {
    /// A member of a discrete space.
    case discrete(Int)
    /// A point in a box, row-major.
    case continuous([Float])
}
