public import ReinCheckpoints

/// Settings that a space was made into.
public struct Variant: Sendable, Equatable {
    /// The settings.
    public let configuration: StateMap
    /// The places of the settings that are not fixed, in order.
    public let searchedPaths: [SpacePath]

    /// The settings that are not fixed.
    public var searched: [(path: SpacePath, value: StateTree)] {
        searchedPaths.compactMap { path in configuration.value(at: path).map { (path, $0) } }
    }
}

extension StateMap {
    /// The setting at a place, if there is one.
    public func value(at path: SpacePath) -> StateTree? {
        var tree = StateTree.map(self)
        for component in path.components {
            switch (component, tree) {
            case (.key(let key), .map(let map)):
                guard let value = map[key] else { return nil }
                tree = value
            case (.index(let index), .list(let elements)) where elements.indices.contains(index):
                tree = elements[index]
            default: return nil
            }
        }
        return tree
    }
}
