public import ReinCheckpoints

/// A single value given as text, as on the command line: `discount=0.98`, `network.hidden=[32,32]`.
public struct ConfigurationAssignment: Sendable, Equatable {
    /// The key, split at its dots.
    public let path: [String]
    /// The value: JSON when the text is JSON, otherwise a string.
    public let value: StateTree

    /// Assigns a value to a key.
    public init(path: [String], value: StateTree) {
        self.path = path
        self.value = value
    }

    /// Reads `key=value`.
    ///
    /// - Throws: `ConfigurationError` when there is no key or no `=`.
    public init(parsing argument: String) throws(ConfigurationError) {
        guard let separator = argument.firstIndex(of: "="), separator > argument.startIndex else {
            throw ConfigurationError(key: argument, problem: "write key=value, as in discount=0.98")
        }
        path = argument[..<separator].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains("") else {
            throw ConfigurationError(key: argument, problem: "a key has no empty parts")
        }
        let text = String(argument[argument.index(after: separator)...])
        value = (try? JSON.parse(text)) ?? .string(text)
    }

    /// Puts the value into a tree of given values, making sections on the way.
    public func apply(to tree: inout StateTree) {
        tree = Self.setting(path[...], of: tree, to: value)
    }

    private static func setting(_ path: ArraySlice<String>, of tree: StateTree, to value: StateTree) -> StateTree {
        guard let key = path.first else { return value }
        var map = StateMap()
        if case .map(let existing) = tree { map = existing }
        map[key] = setting(path.dropFirst(), of: map[key] ?? .map(StateMap()), to: value)
        return .map(map)
    }
}
