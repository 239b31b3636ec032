/// The encoder that a value is handed: it fills one node.
struct NodeEncoder: Encoder {
    let node: EncodingNode
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeMap()
        return KeyedEncodingContainer(KeyedNodeEncoder<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeList()
        return UnkeyedNodeEncoder(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleNodeEncoder(node: node, codingPath: codingPath)
    }
}

/// Fills a node that is one value.
struct SingleNodeEncoder: SingleValueEncodingContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    func encodeNil() { node.content = .leaf(.null) }
    func encode(_ value: Bool) { node.content = .leaf(.bool(value)) }
    func encode(_ value: String) { node.content = .leaf(.string(value)) }
    func encode(_ value: Double) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: Float) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: Int) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: Int8) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: Int16) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: Int32) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: Int64) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: UInt) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: UInt8) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: UInt16) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: UInt32) { node.content = .leaf(StateTree(storing: value)) }
    func encode(_ value: UInt64) { node.content = .leaf(StateTree(storing: value)) }

    func encode(_ value: some Encodable) throws {
        node.content = try EncodingNode(encoding: value, codingPath: codingPath, faults: node.faults).content
    }
}

/// Fills a node that is a list.
struct UnkeyedNodeEncoder: UnkeyedEncodingContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    var count: Int {
        if case .list(let nodes) = node.content { nodes.count } else { 0 }
    }

    private var elementPath: [any CodingKey] { codingPath + [IndexKey(count)] }

    private func append(_ tree: StateTree) { node.append(EncodingNode(.leaf(tree))) }

    func encodeNil() { append(.null) }
    func encode(_ value: Bool) { append(.bool(value)) }
    func encode(_ value: String) { append(.string(value)) }
    func encode(_ value: Double) { append(StateTree(storing: value)) }
    func encode(_ value: Float) { append(StateTree(storing: value)) }
    func encode(_ value: Int) { append(StateTree(storing: value)) }
    func encode(_ value: Int8) { append(StateTree(storing: value)) }
    func encode(_ value: Int16) { append(StateTree(storing: value)) }
    func encode(_ value: Int32) { append(StateTree(storing: value)) }
    func encode(_ value: Int64) { append(StateTree(storing: value)) }
    func encode(_ value: UInt) { append(StateTree(storing: value)) }
    func encode(_ value: UInt8) { append(StateTree(storing: value)) }
    func encode(_ value: UInt16) { append(StateTree(storing: value)) }
    func encode(_ value: UInt32) { append(StateTree(storing: value)) }
    func encode(_ value: UInt64) { append(StateTree(storing: value)) }

    func encode(_ value: some Encodable) throws {
        node.append(try EncodingNode(encoding: value, codingPath: elementPath, faults: node.faults))
    }

    func nestedContainer<Key: CodingKey>(keyedBy keyType: Key.Type) -> KeyedEncodingContainer<Key> {
        let path = elementPath
        let child = EncodingNode(.map([]), faults: node.faults)
        node.append(child)
        return KeyedEncodingContainer(KeyedNodeEncoder<Key>(node: child, codingPath: path))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let path = elementPath
        let child = EncodingNode(.list([]), faults: node.faults)
        node.append(child)
        return UnkeyedNodeEncoder(node: child, codingPath: path)
    }

    func superEncoder() -> any Encoder {
        let path = elementPath
        let child = EncodingNode(.leaf(.null), faults: node.faults)
        node.append(child)
        return NodeEncoder(node: child, codingPath: path)
    }
}

/// Fills a node that is a map; nil is written as null.
struct KeyedNodeEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    private func set(_ key: Key, _ tree: StateTree) { node.append(key.stringValue, EncodingNode(.leaf(tree))) }

    func encodeNil(forKey key: Key) { set(key, .null) }
    func encode(_ value: Bool, forKey key: Key) { set(key, .bool(value)) }
    func encode(_ value: String, forKey key: Key) { set(key, .string(value)) }
    func encode(_ value: Double, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: Float, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: Int, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: Int8, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: Int16, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: Int32, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: Int64, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: UInt, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: UInt8, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: UInt16, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: UInt32, forKey key: Key) { set(key, StateTree(storing: value)) }
    func encode(_ value: UInt64, forKey key: Key) { set(key, StateTree(storing: value)) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        node.append(
            key.stringValue, try EncodingNode(encoding: value, codingPath: codingPath + [key], faults: node.faults))
    }

    func encodeIfPresent(_ value: Bool?, forKey key: Key) { set(key, value.map { value in .bool(value) } ?? .null) }
    func encodeIfPresent(_ value: String?, forKey key: Key) { set(key, value.map { value in .string(value) } ?? .null) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: Float?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: Int?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) {
        set(key, value.map { value in StateTree(storing: value) } ?? .null)
    }

    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { set(key, .null) }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        let child = EncodingNode(.map([]), faults: node.faults)
        node.append(key.stringValue, child)
        return KeyedEncodingContainer(KeyedNodeEncoder<NestedKey>(node: child, codingPath: codingPath + [key]))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        let child = EncodingNode(.list([]), faults: node.faults)
        node.append(key.stringValue, child)
        return UnkeyedNodeEncoder(node: child, codingPath: codingPath + [key])
    }

    func superEncoder() -> any Encoder { superEncoder(named: IndexKey("super")) }

    func superEncoder(forKey key: Key) -> any Encoder { superEncoder(named: key) }

    private func superEncoder(named key: any CodingKey) -> any Encoder {
        let child = EncodingNode(.leaf(.null), faults: node.faults)
        node.append(key.stringValue, child)
        return NodeEncoder(node: child, codingPath: codingPath + [key])
    }
}

/// A key that is the index in a list, or a name of our own.
struct IndexKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ index: Int) {
        stringValue = String(index)
        intValue = index
    }

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init?(stringValue: String) { self.init(stringValue) }

    init?(intValue: Int) { self.init(intValue) }
}
