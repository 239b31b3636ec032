/// A configuration that cannot be used: which key, and what is wrong with it.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key, with dots between its parts, such as `network.hidden`.
    public let key: String
    /// What is wrong, and what is allowed.
    public let problem: String

    /// Creates an error about a key.
    public init(key: String, problem: String) {
        self.key = key
        self.problem = problem
    }

    /// The key and the problem.
    public var description: String { "configuration key \"\(key)\": \(problem)" }
}
