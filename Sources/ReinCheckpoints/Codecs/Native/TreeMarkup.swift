/// The form in which a tree is written as plain JSON, with its tensors set aside under names.
///
/// | in the tree | in the JSON |
/// | --- | --- |
/// | a tensor | `{"$tensor": true}`, the tensor being named by its place |
/// | bytes | `{"$bytes": "<base64>"}` |
/// | NaN, the infinities | `{"$double": "nan"}`, `"inf"`, `"-inf"` |
/// | a key that begins with `$` | the key with another `$` before it |
///
/// A name is the keys and indices from the root, joined by slashes, in which `~` is written `~0` and `/` is written
/// `~1` (as in JSON pointers). The one name that safetensors reserves gets a tilde: `~__metadata__`.
struct TreeMarkup {
    typealias NamedTensor = (name: String, tensor: StateTensor)

    /// Tensors set aside by `mark`, in the order of the tree.
    private(set) var tensors: [NamedTensor] = []

    /// Tensors that `unmark` has not yet met.
    private var waiting: [String: StateTensor] = [:]

    /// The place at work.
    private var components: [String] = []

    /// Prepares for marking.
    init() {}

    /// Prepares for unmarking.
    init(tensors: [String: StateTensor]) { waiting = tensors }

    /// A tensor that no part of the tree asked for.
    var unusedTensor: String? { waiting.keys.min() }

    /// The plain form of a tree.
    mutating func mark(_ tree: StateTree) throws(StateError) -> StateTree {
        switch tree {
        case .null, .bool, .int, .string: return tree
        case .double(let value):
            return value.isFinite ? tree : ["$double": .string(value.isNaN ? "nan" : value > 0 ? "inf" : "-inf")]
        case .bytes(let bytes): return ["$bytes": .string(Base64.text(bytes))]
        case .tensor(let tensor):
            tensors.append((name, tensor))
            return ["$tensor": true]
        case .list(let elements):
            try requireDepth()
            var marked: [StateTree] = []
            marked.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() { marked.append(try mark(element, at: String(index))) }
            return .list(marked)
        case .map(let map):
            try requireDepth()
            var marked = StateMap()
            marked.reserveCapacity(map.count)
            for (key, value) in map.entries {
                marked.append(key.beginsWithDollar ? "$" + key : key, try mark(value, at: key))
            }
            return .map(marked)
        }
    }

    private mutating func mark(_ tree: StateTree, at component: String) throws(StateError) -> StateTree {
        components.append(component)
        defer { components.removeLast() }
        return try mark(tree)
    }

    /// The tree of a plain form.
    mutating func unmark(_ marked: StateTree) throws(StateError) -> StateTree {
        switch marked {
        case .list(let elements):
            try requireDepth()
            var tree: [StateTree] = []
            tree.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() { tree.append(try unmark(element, at: String(index))) }
            return .list(tree)
        case .map(let map):
            if map.count == 1, let (key, value) = map.entries.first, let special = try special(key, value) {
                return special
            }
            try requireDepth()
            var tree = StateMap()
            tree.reserveCapacity(map.count)
            for (key, value) in map.entries {
                var key = key
                if key.beginsWithDollar {
                    key.unicodeScalars.removeFirst()
                    guard key.beginsWithDollar else { throw error("\"$\(key.shortened)\" has no meaning here") }
                }
                tree.append(key, try unmark(value, at: key))
            }
            return .map(tree)
        default: return marked
        }
    }

    private mutating func unmark(_ marked: StateTree, at component: String) throws(StateError) -> StateTree {
        components.append(component)
        defer { components.removeLast() }
        return try unmark(marked)
    }

    /// What `{key: value}` stands for, or nil if it is a map.
    private mutating func special(_ key: String, _ value: StateTree) throws(StateError) -> StateTree? {
        switch (key, value) {
        case ("$tensor", true):
            guard let tensor = waiting.removeValue(forKey: name) else {
                throw StateError(.malformed, "the tensor is in the tree, but not in the file", path: name)
            }
            return .tensor(tensor)
        case ("$bytes", .string(let text)):
            guard let bytes = Base64.bytes(text) else { throw error("the text is not base64") }
            return .bytes(bytes)
        case ("$double", "nan"): return .double(canonicalNaN)
        case ("$double", "inf"): return .double(.infinity)
        case ("$double", "-inf"): return .double(-.infinity)
        default: return nil
        }
    }

    /// The name of a tensor at the place at work.
    private var name: String {
        if components == ["__metadata__"] { return "~__metadata__" }
        return components.map(Self.escaped).joined(separator: "/")
    }

    private static func escaped(_ component: String) -> String {
        guard component.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return component
        }
        return component.unicodeScalars.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }

    private func requireDepth() throws(StateError) {
        guard components.count < StateTree.maximumDepth else { throw depthError().nested(under: name) }
    }

    private func error(_ message: String) -> StateError { StateError(.malformed, message, path: name) }
}

extension String {
    fileprivate var beginsWithDollar: Bool { utf8.first == UInt8(ascii: "$") }
}
