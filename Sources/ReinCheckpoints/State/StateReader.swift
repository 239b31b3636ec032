/// A tree together with its place, so that whatever is wrong with it can be said with a path.
///
///     let reader = StateReader(state)
///     let step = try reader.int("step")
///     let weights = try reader.child("network").floats("weight", shape: [64, 4])
///     // throws: network/weight: expected shape [64, 4], found [64, 8]
public struct StateReader: Sendable {
    /// The tree at this place.
    public let tree: StateTree
    private let parent: Place?
    private let component: String

    /// Starts reading a tree, at the root or at a place known from elsewhere.
    public init(_ tree: StateTree, path: String = "") {
        self.init(tree, below: nil, at: path)
    }

    fileprivate init(_ tree: StateTree, below parent: Place?, at component: String) {
        self.tree = tree
        self.parent = parent
        self.component = component
    }

    /// This place, for those below it.
    private var place: Place { Place(parent: parent, component: component) }

    /// The place: keys and list indices from the root, joined by slashes.
    @inline(never)
    public var path: String { components.filter { !$0.isEmpty }.joined(separator: "/") }

    /// Where the reading began, then keys and list indices.
    var components: [String] {
        var components = [component]
        var place = parent
        while let current = place {
            components.append(current.component)
            place = current.parent
        }
        return components.reversed()
    }

    /// The tree at a key or an index below this place.
    func descend(to tree: StateTree, at component: String) -> StateReader {
        StateReader(tree, below: place, at: component)
    }

    /// An error at this place.
    @inline(never)
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
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public func optionalChild(_ key: String) -> StateReader? {
        guard case .map(let map) = tree, let value = map[key], !value.isNull else { return nil }
        return descend(to: value, at: key)
    }

    /// The elements of this list.
    ///
    /// - Throws: `StateError` with `.wrongType` when this is not a list.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public func list() throws(StateError) -> Elements {
        guard case .list(let elements) = tree else { throw mismatch("list") }
        return Elements(elements, below: place)
    }

    /// The elements of a list with their places. They take no memory besides the list.
    public struct Elements: RandomAccessCollection, Sendable {
        private let elements: [StateTree]
        private let parent: Place?

        /// No elements.
        public init() { self.init([], below: nil) }

        fileprivate init(_ elements: [StateTree], below parent: Place?) {
            self.elements = elements
            self.parent = parent
        }

        /// The index of the first element: 0.
        public var startIndex: Int { 0 }
        /// The number of elements.
        public var endIndex: Int { elements.count }

        /// The element at an index.
        public subscript(index: Int) -> StateReader {
            StateReader(elements[index], below: parent, at: String(index))
        }
    }

    /// The entries of this map in order.
    ///
    /// - Throws: `StateError` with `.wrongType` when this is not a map.
    public func map() throws(StateError) -> [(key: String, value: StateReader)] {
        guard case .map(let map) = tree else { throw mismatch("map") }
        let place = place
        return map.entries.map { ($0.key, StateReader($0.value, below: place, at: $0.key)) }
    }

    /// Refuses keys of this map that are not among `known`; missing ones are no error.
    ///
    /// - Throws: `StateError` with `.unknownKey` that names the nearest known key, if one is near, and lists all of them;
    ///   `.wrongType` when this is not a map.
    public func expectKeys(_ known: [String]) throws(StateError) {
        guard case .map(let map) = tree else { throw mismatch("map") }
        for (key, value) in map.entries where !known.contains(key) {
            throw descend(to: value, at: key).error(
                .unknownKey,
                unknownName(
                    "there is no such key", nearest: nearestName(to: key, in: known),
                    rest: "known keys: \(known.joined(separator: ", "))"))
        }
    }

    /// An error saying that something else was expected here.
    @inline(never)
    func mismatch(_ expected: String) -> StateError {
        error(.wrongType, "expected \(expected), found \(tree.summary)")
    }
}

/// A place in a tree as a list of components, so that going down costs little however long the path is.
private final class Place: Sendable {
    let parent: Place?
    let component: String

    init(parent: Place?, component: String) {
        self.parent = parent
        self.component = component
    }
}
