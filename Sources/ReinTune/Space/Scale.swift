/// How numbers of a domain are spread.
public enum Scale: String, Sendable, CaseIterable {
    /// Equal distances are equally likely.
    case linear
    /// Equal ratios are equally likely; for numbers above zero.
    case logarithmic
}
