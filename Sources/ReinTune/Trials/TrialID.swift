/// The name of a trial, different from those of all others of an experiment.
public struct TrialID: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name.
    public let string: String

    /// Makes the id of a trial that has this name.
    public init(_ string: String) { self.string = string }

    /// Makes an id from a literal.
    public init(stringLiteral value: String) { string = value }

    /// The name.
    public var description: String { string }
}
