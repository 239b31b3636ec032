/// Turns `Encodable` values into state trees, exactly.
///
/// Structs become maps in the order of encoding, arrays lists, enums what Swift synthesises. Integers up to 64 bits
/// become `.int`, unsigned 64-bit ones by their bit pattern; `Float` becomes `.double`. A nil property is written as
/// an explicit null. The entries of a `Dictionary` with string keys are sorted, so that equal values have equal
/// trees; a `Set` has no order to keep, encode a sorted array in its place.
///
///     let tree = StateEncoder().encode(configuration)
///     let copy = try StateDecoder().decode(Configuration.self, from: tree)
public struct StateEncoder: Sendable {
    /// Creates an encoder.
    public init() {}

    /// The tree of a value. An `encode(to:)` that throws is a programmer's error.
    public func encode(_ value: some Encodable) -> StateTree {
        do {
            return try EncodingNode(encoding: value, codingPath: []).tree
        } catch {
            preconditionFailure("\(type(of: value)) cannot be encoded: \(error)")
        }
    }
}

/// A tree under construction: containers of `Codable` are filled in any order, and only then read off.
final class EncodingNode {
    enum Content {
        case leaf(StateTree)
        case list([EncodingNode])
        case map([(key: String, node: EncodingNode)])
    }

    var content: Content
    /// What notes errors, nil when the first ends the encoding.
    let faults: EncodingFaults?
    /// Whether a value asked for two kinds of container, which is only noted where errors are.
    private(set) var isMixed = false

    init(_ content: Content, faults: EncodingFaults? = nil) {
        self.content = content
        self.faults = faults
    }

    /// Encodes a value. Where errors are noted none is thrown.
    convenience init(
        encoding value: some Encodable, codingPath: [any CodingKey], faults: EncodingFaults? = nil
    ) throws {
        if let leaves = Self.plainNumbers(value) {
            self.init(.leaf(leaves))
            return
        }
        self.init(.leaf(.null), faults: faults)
        if let faults {
            faults.encode(value, into: self, codingPath: codingPath)
        } else {
            try value.encode(to: NodeEncoder(node: self, codingPath: codingPath))
        }
        if case .map(let entries) = content, value is any DictionaryWithStringKeys {
            content = .map(entries.sorted(byBytesOf: \.key))
        }
    }

    /// The tree of numbers and of lists of them, of which there are many, without a node for each number.
    private static func plainNumbers<Value>(_ value: Value) -> StateTree? {
        if Value.self == Float.self, let value = value as? Float { return StateTree(storing: value) }
        if Value.self == Double.self, let value = value as? Double { return StateTree(storing: value) }
        if Value.self == Int.self, let value = value as? Int { return StateTree(storing: value) }
        if Value.self == [Float].self, let values = value as? [Float] {
            return .list(values.map { StateTree(storing: $0) })
        }
        if Value.self == [Double].self, let values = value as? [Double] {
            return .list(values.map { StateTree(storing: $0) })
        }
        if Value.self == [Int].self, let values = value as? [Int] {
            return .list(values.map { StateTree(storing: $0) })
        }
        return nil
    }

    /// What has been built.
    var tree: StateTree {
        switch content {
        case .leaf(let tree): return tree
        case .list(let nodes): return .list(nodes.map(\.tree))
        case .map(let entries):
            var map = StateMap()
            map.reserveCapacity(entries.count)
            for (key, node) in entries where !map.append(key, node.tree) { map[key] = node.tree }
            return .map(map)
        }
    }

    /// Turns a fresh node into a list.
    func becomeList() {
        if case .leaf = content { content = .list([]) }
    }

    /// Turns a fresh node into a map.
    func becomeMap() {
        if case .leaf = content { content = .map([]) }
    }

    private func noteMixing() {
        precondition(faults != nil, "one value asked for two kinds of container")
        isMixed = true
    }

    /// Appends to a list.
    func append(_ node: EncodingNode) {
        guard case .list(var nodes) = content else { return noteMixing() }
        content = .leaf(.null)
        nodes.append(node)
        content = .list(nodes)
    }

    /// Appends to a map.
    func append(_ key: String, _ node: EncodingNode) {
        guard case .map(var entries) = content else { return noteMixing() }
        content = .leaf(.null)
        entries.append((key, node))
        content = .map(entries)
    }
}

/// Marks dictionaries whose entries have no order of their own.
private protocol DictionaryWithStringKeys {}

extension Dictionary: DictionaryWithStringKeys where Key == String {}

/// The tree of a number as it is stored.
extension StateTree {
    init(storing value: some FixedWidthInteger) { self = .int(Int64(truncatingIfNeeded: value)) }
    init(storing value: some BinaryFloatingPoint) { self = .double(Double(value)) }
}
