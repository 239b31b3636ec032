import ReinCheckpoints

/// A value of a pickle together with its place, so that whatever is wrong with it can be said with a path. Nothing here
/// follows values into one another by itself, and since a pickle can put one value in many places, whoever looks at one
/// looks at no more of it than is asked for.
struct PickleView {
    /// The largest number of elements of a tuple of arguments or of a state; real ones have up to 9.
    private static let maximumTuple = 16
    /// The largest number of entries of a dictionary, and of bytes of a key.
    static let maximumEntries = 4096
    private static let maximumKey = 255

    let document: PickleDocument
    let value: PickleValue
    let path: String

    /// Starts reading at the root of a pickle.
    init(_ document: PickleDocument, path: String) {
        self.init(document: document, value: document.root, path: path)
    }

    private init(document: PickleDocument, value: PickleValue, path: String) {
        self.document = document
        self.value = value
        self.path = path
    }

    private func child(_ value: PickleValue, _ component: String) -> PickleView {
        PickleView(document: document, value: value, path: place(of: component.shortened))
    }

    /// The place of something below this one.
    func place(of component: String) -> String { path.isEmpty ? component : "\(path)/\(component)" }

    private var node: PickleNode? {
        guard case .node(let index) = value else { return nil }
        return document.nodes[index]
    }

    /// What kind of value this is, for messages.
    var kind: String {
        switch value {
        case .none: "None"
        case .bool: "boolean"
        case .int: "integer"
        case .wideInteger: "integer of more than 64 bits"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .node: node.map { $0.name.isEmpty ? $0.kind.rawValue : "\($0.kind.rawValue) \($0.name)" } ?? ""
        }
    }

    var isNone: Bool { if case .none = value { true } else { false } }

    /// An error at this place.
    func error(_ code: StateError.Code, _ message: String) -> StateError { StateError(code, message, path: path) }

    func mismatch(_ expected: String) -> StateError { error(.wrongType, "expected \(expected), found \(kind)") }

    func bool() throws(StateError) -> Bool {
        guard case .bool(let bool) = value else { throw mismatch("boolean") }
        return bool
    }

    func int() throws(StateError) -> Int {
        guard case .int(let int) = value else { throw mismatch("integer") }
        return Int(int)
    }

    func string() throws(StateError) -> String {
        guard case .string(let string) = value else { throw mismatch("string") }
        return string
    }

    func bytes() throws(StateError) -> [UInt8] {
        guard case .bytes(let bytes) = value else { throw mismatch("bytes") }
        return bytes
    }

    /// The name of a global, with its module; nil for anything else.
    var globalName: String? { node.flatMap { $0.kind == .global ? $0.name : nil } }

    /// The name of what a record would be made by; nil for anything else.
    var recordName: String? { node.flatMap { $0.kind == .record ? $0.name : nil } }

    /// Whether this is a list or a tuple.
    var isSequence: Bool { node.map { $0.kind == .list || $0.kind == .tuple } ?? false }

    /// The elements of a list or a tuple of at most so many.
    func elements(atMost limit: Int = .max) throws(StateError) -> [PickleView] {
        guard let node, isSequence else { throw mismatch("list or tuple") }
        guard node.elements.count <= limit else {
            throw error(.outOfRange, "\(node.elements.count) elements (allowed: up to \(limit))")
        }
        return node.elements.enumerated().map { child($1, String($0)) }
    }

    /// The first elements of a tuple of at least so many.
    func elements(first count: Int) throws(StateError) -> [PickleView] {
        guard let node, isSequence else { throw mismatch("list or tuple") }
        guard (count...Self.maximumTuple).contains(node.elements.count) else {
            throw error(.malformed, "\(node.elements.count) elements, not \(count)")
        }
        return node.elements.prefix(count).enumerated().map { child($1, String($0)) }
    }

    /// The entries of a dictionary, or of a record of a class that is one; of several with one key the last.
    func entries() throws(StateError) -> [String: PickleView] {
        guard let node, node.kind == .dictionary || node.kind == .record else { throw mismatch("dictionary") }
        guard node.elements.count / 2 <= Self.maximumEntries else {
            throw error(.outOfRange, "\(node.elements.count / 2) entries (allowed: up to \(Self.maximumEntries))")
        }
        var entries: [String: PickleView] = [:]
        for index in stride(from: 0, to: node.elements.count - 1, by: 2) {
            guard case .string(let key) = node.elements[index] else {
                throw error(.wrongType, "a key that is no string")
            }
            guard key.utf8.count <= Self.maximumKey else {
                throw error(.outOfRange, "a key of \(key.utf8.count) bytes (allowed: up to \(Self.maximumKey))")
            }
            entries[key] = child(node.elements[index + 1], key)
        }
        return entries
    }

    /// Whether this is a dictionary.
    var isDictionary: Bool { node?.kind == .dictionary }

    /// The first of what the record would be made from, which must be at least so many.
    func arguments(first count: Int) throws(StateError) -> [PickleView] {
        guard let node, node.kind == .record, let arguments = node.arguments else { throw mismatch("record") }
        return try child(arguments, "arguments").elements(first: count)
    }

    /// What the record would be told afterwards.
    func state() throws(StateError) -> PickleView {
        guard let node, node.kind == .record else { throw mismatch("record") }
        guard let state = node.state else { throw error(.malformed, "a \(node.name) without a state") }
        return child(state, "state")
    }

    /// What a persistent identifier holds.
    func identifier() throws(StateError) -> PickleView {
        guard let node, node.kind == .persistentIdentifier, let value = node.elements.first else {
            throw mismatch("persistent identifier")
        }
        return child(value, "identifier")
    }
}

extension [String: PickleView] {
    /// The value of a key.
    func required(_ key: String, in place: PickleView) throws(StateError) -> PickleView {
        guard let view = self[key] else {
            throw StateError(.missingKey, "required, but missing", path: place.place(of: key))
        }
        return view
    }

    /// The value of a key, or nil when there is none, or None.
    func optional(_ key: String) -> PickleView? { self[key].flatMap { $0.isNone ? nil : $0 } }
}
