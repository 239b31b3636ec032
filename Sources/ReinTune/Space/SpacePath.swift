/// The place of a setting: keys and list indices from the outermost map, as in `optimizer/rates/0`.
public struct SpacePath: Sendable, Hashable {
    /// A step of a path.
    public enum Component: Sendable, Hashable {
        /// Into a map.
        case key(String)
        /// Into a list.
        case index(Int)
    }

    /// The steps.
    public let components: [Component]

    /// Makes a path of steps; without any it is the outermost map.
    public init(_ components: [Component] = []) { self.components = components }

    /// The place of a key in the map at this place.
    public func key(_ key: String) -> SpacePath { SpacePath(components + [.key(key)]) }

    /// The place of an element of the list at this place.
    public func index(_ index: Int) -> SpacePath { SpacePath(components + [.index(index)]) }

    /// The name of the random numbers that are drawn for this place; unlike the description, no other place has it.
    var streamName: String { components.map(\.text).joined(separator: "\0") }
}

extension SpacePath: CustomStringConvertible {
    /// The steps, joined by slashes.
    public var description: String { components.map(\.text).joined(separator: "/") }
}

extension SpacePath.Component {
    /// The key, or the index in digits.
    public var text: String {
        switch self {
        case .key(let key): key
        case .index(let index): String(index)
        }
    }
}

extension SpacePath: Comparable {
    /// Whether a path comes before another one: step by step, keys by their bytes and indices by their numbers.
    public static func < (left: SpacePath, right: SpacePath) -> Bool {
        for (left, right) in zip(left.components, right.components) where left != right {
            return switch (left, right) {
            case (.key(let left), .key(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
            case (.index(let left), .index(let right)): left < right
            case (.index, .key): true
            case (.key, .index): false
            }
        }
        return left.components.count < right.components.count
    }
}
