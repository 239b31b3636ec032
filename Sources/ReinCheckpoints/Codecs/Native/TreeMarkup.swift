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

    /// Tensors that `unmark` has not yet met.
    private var waiting = Table<String, StateTensor>()

    /// The place at work.
    private var components: [String] = []

    private init() {}

    /// Prepares for unmarking.
    init(tensors: Table<String, StateTensor>) { waiting = tensors }

    /// A tensor that no part of the tree asked for.
    var unusedTensor: String? { waiting.keys.min() }

    /// The tensors of a tree, in its order.
    static func tensors(of tree: StateTree) throws(StateError) -> [NamedTensor] {
        var markup = TreeMarkup()
        var tensors: [NamedTensor] = []
        try markup.collect(tree, into: &tensors)
        return tensors
    }

    private mutating func collect(_ tree: StateTree, into tensors: inout [NamedTensor]) throws(StateError) {
        switch tree {
        case .tensor(let tensor): tensors.append((name, tensor))
        case .list(let elements):
            try requireDepth()
            for (index, element) in elements.enumerated() where element.mayHoldTensors {
                components.append(String(index))
                try collect(element, into: &tensors)
                components.removeLast()
            }
        case .map(let map):
            try requireDepth()
            for (key, value) in map.entries where value.mayHoldTensors {
                components.append(key)
                try collect(value, into: &tensors)
                components.removeLast()
            }
        default: break
        }
    }

    /// Writes the plain form of a tree, which must not be nested deeper than `tensors(of:)` allows.
    static func write(_ tree: StateTree, to writer: inout JSONWriter) {
        switch tree {
        case .null, .bool, .int, .string: writer.write(tree)
        case .double(let value):
            if value.isFinite {
                writer.write(value)
            } else {
                writer.write(["$double": .string(value.isNaN ? "nan" : value > 0 ? "inf" : "-inf")])
            }
        case .bytes(let bytes): writer.write(["$bytes": .string(Base64.text(bytes))])
        case .tensor: writer.put(#"{"$tensor":true}"#)
        case .list(let elements):
            writer.put("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { writer.put(",") }
                write(element, to: &writer)
            }
            writer.put("]")
        case .map(let map):
            writer.put("{")
            for (index, (key, value)) in map.entries.enumerated() {
                if index > 0 { writer.put(",") }
                writer.write(key.beginsWithDollar ? "$" + key : key)
                writer.put(":")
                write(value, to: &writer)
            }
            writer.put("}")
        }
    }

    /// The tree of a plain form, made where that lies: large ones are not in memory twice.
    mutating func unmark(_ marked: consuming StateTree) throws(StateError) -> StateTree {
        var tree = marked
        try unmark(&tree)
        return tree
    }

    private mutating func unmark(_ tree: inout StateTree) throws(StateError) {
        switch tree {
        case .list(var elements):
            try requireDepth()
            // The list is then in one place only, and may be changed there.
            tree = .null
            for index in elements.indices where !elements[index].isLeaf {
                try unmark(&elements[index], at: String(index))
            }
            tree = .list(elements)
        case .map(var map):
            if map.count == 1, let (key, value) = map.entries.first, let special = try special(key, value) {
                tree = special
                return
            }
            try requireDepth()
            tree = .null
            if map.entries.contains(where: { $0.key.beginsWithDollar }) { map = try withoutMarks(map) }
            try map.updateValues { key, value throws(StateError) in
                if !value.isLeaf { try unmark(&value, at: key) }
            }
            tree = .map(map)
        default: return
        }
    }

    private mutating func unmark(_ tree: inout StateTree, at component: String) throws(StateError) {
        components.append(component)
        defer { components.removeLast() }
        try unmark(&tree)
    }

    /// The entries of a map under the keys that were written with a dollar more.
    private func withoutMarks(_ map: StateMap) throws(StateError) -> StateMap {
        var plain = StateMap()
        plain.reserveCapacity(map.count)
        for (key, value) in map.entries {
            var key = key
            if key.beginsWithDollar {
                key.unicodeScalars.removeFirst()
                guard key.beginsWithDollar else { throw error("\"$\(key.shortened)\" has no meaning here") }
            }
            plain.append(key, value)
        }
        return plain
    }

    /// What `{key: value}` stands for, or nil if it is a map.
    private mutating func special(_ key: String, _ value: StateTree) throws(StateError) -> StateTree? {
        switch (key, value) {
        case ("$tensor", true):
            guard let tensor = waiting.removeValue(for: name) else {
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
        var name = ""
        name.reserveCapacity(components.reduce(components.count) { $0 + $1.utf8.count })
        for (index, component) in components.enumerated() {
            if index > 0 { name += "/" }
            name += Self.escaped(component)
        }
        return name
    }

    private static func escaped(_ component: String) -> String {
        guard component.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return component
        }
        var escaped: [UInt8] = []
        for byte in component.utf8 {
            switch byte {
            case UInt8(ascii: "~"): escaped += Array("~0".utf8)
            case UInt8(ascii: "/"): escaped += Array("~1".utf8)
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private func requireDepth() throws(StateError) {
        guard components.count < StateTree.maximumDepth else { throw depthError().nested(under: name) }
    }

    private func error(_ message: String) -> StateError { StateError(.malformed, message, path: name) }
}

extension String {
    fileprivate var beginsWithDollar: Bool { utf8.first == UInt8(ascii: "$") }
}

extension StateTree {
    /// Whether it is neither a list nor a map.
    fileprivate var isLeaf: Bool {
        switch self {
        case .list, .map: false
        default: true
        }
    }

    /// Whether there may be a tensor in it.
    fileprivate var mayHoldTensors: Bool {
        switch self {
        case .list, .map, .tensor: true
        default: false
        }
    }
}
