/// A tree together with its place, so that whatever is wrong with it can be said with a path.
///
///     let reader = StateReader(state)
///     let step = try reader.int("step")
///     let weights = try reader.child("network").floats("weight", shape: [64, 4])
///     // throws: network/weight: expected shape [64, 4], found [64, 8]
public struct StateReader: Sendable {
    /// The tree at this place.
    public let tree: StateTree
    /// The place: keys and list indices from the root, joined by slashes.
    public let path: String

    /// Starts reading a tree, at the root or at a place known from elsewhere.
    public init(_ tree: StateTree, path: String = "") {
        self.tree = tree
        self.path = path
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
        return StateReader(value, path: joinedPath(path, key))
    }

    /// The value of a key of this map, or nil when it is missing or null, or when this is not a map.
    public func optionalChild(_ key: String) -> StateReader? {
        guard case .map(let map) = tree, let value = map[key], !value.isNull else { return nil }
        return StateReader(value, path: joinedPath(path, key))
    }

    /// The elements of this list.
    ///
    /// - Throws: `StateError` with `.wrongType` when this is not a list.
    public func list() throws(StateError) -> [StateReader] {
        guard case .list(let elements) = tree else { throw mismatch("list") }
        return elements.enumerated().map { StateReader($1, path: joinedPath(path, String($0))) }
    }

    /// The entries of this map in order.
    ///
    /// - Throws: `StateError` with `.wrongType` when this is not a map.
    public func map() throws(StateError) -> [(key: String, value: StateReader)] {
        guard case .map(let map) = tree else { throw mismatch("map") }
        return map.entries.map { ($0.key, StateReader($0.value, path: joinedPath(path, $0.key))) }
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
