/// The name of an agent within an environment.
public struct AgentID: Sendable, Hashable, Codable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name.
    public let name: String

    /// The name of the agent when there is only one.
    public static let `default`: AgentID = "agent_0"

    /// Creates an id from a name.
    public init(_ name: String) { self.name = name }

    /// Creates an id from a literal.
    public init(stringLiteral value: String) { name = value }

    /// Reads the id from a string.
    public init(from decoder: any Decoder) throws {
        name = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the id as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// Orders ids by name.
    public static func < (first: AgentID, second: AgentID) -> Bool { first.name < second.name }

    /// The name.
    public var description: String { name }
}
