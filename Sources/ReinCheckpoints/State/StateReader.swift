/// A tree together with its place, so that whatever is wrong with it can be said with a path.
///
///     let reader = StateReader(state)
///     let step = try reader.int("step")
///     let weights = try reader.child("network").floats("weight", shape: [64, 4])
///     // throws: network/weight: expected shape [64, 4], found [64, 8]
public struct StateReader: Sendable {
    /// The tree at this place.
    public let tree: StateTree
    private let place: Place

    /// Starts reading a tree, at the root or at a place known from elsewhere.
    public init(_ tree: StateTree, path: String = "") {
        self.tree = tree
        place = Place(parent: nil, component: path)
    }

    private init(_ tree: StateTree, place: Place) {
        self.tree = tree
        self.place = place
    }

    /// The place: keys and list indices from the root, joined by slashes.
    public var path: String { place.path }

    /// The tree at a key or an index below this place.
    func descend(to tree: StateTree, at component: String) -> StateReader {
        StateReader(tree, place: Place(parent: place, component: component))
    }

    /// An error at this place.
    public func error(_ code: StateError.Code, _ message: String) -> StateError {
        StateError(code, message, path: path)
    }

    /// The value of a key of this map.
    ///
    /// - Throws: `StateError` with `.missingKey` when there is none, `.wrongType` when this is not a map.
    public func child(_ key: String) throws(StateError) -> StateReader {
        guard case .map(let map) = tree else { throw mismatch("map") }
        guard let value = map[key] else {
            throw StateError(.missingKey, "required, but missing", path: joinedPath(path, key))
        }
        return descend(to: value, at: key)
    }

    /// The value of a key of this map, or nil when it is missing or null, or when this is not a map.
    public func optionalChild(_ key: String) -> StateReader? {
        guard case .map(let map) = tree, let value = map[key], !value.isNull else { return nil }
        return descend(to: value, at: key)
    }

    /// The elements of this list.
    ///
    /// - Throws: `StateError` with `.wrongType` when this is not a list.
    public func list() throws(StateError) -> [StateReader] {
        guard case .list(let elements) = tree else { throw mismatch("list") }
        return elements.enumerated().map { descend(to: $1, at: String($0)) }
    }

    /// The entries of this map in order.
    ///
    /// - Throws: `StateError` with `.wrongType` when this is not a map.
    public func map() throws(StateError) -> [(key: String, value: StateReader)] {
        guard case .map(let map) = tree else { throw mismatch("map") }
        return map.entries.map { ($0.key, descend(to: $0.value, at: $0.key)) }
    }

    /// Refuses keys of this map that are not among `known`; missing ones are no error.
    ///
    /// - Throws: `StateError` with `.unknownKey` that lists what is known, `.wrongType` when this is not a map.
    public func expectKeys(_ known: [String]) throws(StateError) {
        for (key, value) in try map() where !known.contains(key) {
            throw value.error(.unknownKey, "unknown key; known are \(known.joined(separator: ", "))")
        }
    }

    /// An error saying that something else was expected here.
    func mismatch(_ expected: String) -> StateError {
        error(.wrongType, "expected \(expected), found \(tree.kind)")
    }
}

/// A place in a tree as a list of components, so that going down costs nothing however long the path is.
private final class Place: Sendable {
    let parent: Place?
    let component: String

    init(parent: Place?, component: String) {
        self.parent = parent
        self.component = component
    }

    var path: String {
        var components: [String] = []
        var place: Place? = self
        while let current = place {
            if !current.component.isEmpty { components.append(current.component) }
            place = current.parent
        }
        return components.reversed().joined(separator: "/")
    }
}
