/// The decoder that a type is handed: it reads one place of a tree.
struct NodeDecoder: Decoder {
    let reader: StateReader

    var codingPath: [any CodingKey] { reader.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The value at this place. An error that a type throws by itself, without knowing where it is, gets the place.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let numbers = try plainNumbers(type) { return numbers }
        do {
            return try Value(from: self)
        } catch let error as StateError where !error.path.hasPrefix(reader.path) {
            throw error.nested(under: reader.path)
        } catch let error as DecodingError {
            // A name that an enumeration has no case for is answered with those that it has.
            throw names(of: type).flatMap(problem(withNames:)) ?? error
        }
    }

    /// The lists of numbers, of which there are many and long ones, without a container for each number.
    private func plainNumbers<Value>(_ type: Value.Type) throws(StateError) -> Value? {
        if type == [Float].self { return try elements { reader throws(StateError) in try reader.float() } as? Value }
        if type == [Double].self { return try elements { reader throws(StateError) in try reader.double() } as? Value }
        if type == [Int].self { return try elements { reader throws(StateError) in try reader.int() } as? Value }
        return nil
    }

    private func elements<Element>(
        _ read: (StateReader) throws(StateError) -> Element
    ) throws(StateError) -> [Element] {
        guard case .list(let trees) = reader.tree else { throw reader.mismatch("list") }
        var elements: [Element] = []
        elements.reserveCapacity(trees.count)
        for place in try reader.list() { elements.append(try read(place)) }
        return elements
    }

    /// The names that a value of a type can have, nil for other types than enumerations with names.
    private func names<Value>(of type: Value.Type) -> [String]? {
        guard type is any RawRepresentable.Type, let enumeration = type as? any CaseIterable.Type else { return nil }
        return Self.rawValues(of: enumeration) as? [String]
    }

    private static func rawValues<Enumeration: CaseIterable>(of _: Enumeration.Type) -> [Any] {
        Enumeration.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue }
    }

    /// What is wrong with a string that is none of the names of an enumeration's cases.
    private func problem(withNames names: [String]) -> (any Error)? {
        guard case .string(let name) = reader.tree, !names.contains(name) else { return nil }
        return reader.error(
            .malformed,
            unknownName(
                "\"\(name.shortened)\" is none of the values", nearest: nearestName(to: name, in: names),
                rest: "allowed are \(names.joined(separator: ", "))"))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map(let map) = reader.tree else { throw reader.mismatch("map") }
        return KeyedDecodingContainer(KeyedNodeDecoder<Key>(reader: reader, map: map))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let elements) = reader.tree else { throw reader.mismatch("list") }
        return UnkeyedNodeDecoder(reader: reader, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleNodeDecoder(reader: reader)
    }
}

/// Reads one value.
struct SingleNodeDecoder: SingleValueDecodingContainer {
    let reader: StateReader

    var codingPath: [any CodingKey] { reader.codingPath }

    func decodeNil() -> Bool { reader.tree.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try reader.bool() }
    func decode(_ type: String.Type) throws -> String { try reader.string() }
    func decode(_ type: Double.Type) throws -> Double { try reader.double() }
    func decode(_ type: Float.Type) throws -> Float { try reader.float() }
    func decode(_ type: Int.Type) throws -> Int { try reader.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try reader.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try reader.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try reader.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try reader.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try reader.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try reader.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try reader.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try reader.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try reader.integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try NodeDecoder(reader: reader).value(type)
    }
}

/// Reads a list element by element.
struct UnkeyedNodeDecoder: UnkeyedDecodingContainer {
    let reader: StateReader
    let elements: [StateTree]
    var currentIndex = 0

    init(reader: StateReader, elements: [StateTree]) {
        self.reader = reader
        self.elements = elements
    }

    var codingPath: [any CodingKey] { reader.codingPath }

    var count: Int? { elements.count }

    var isAtEnd: Bool { currentIndex >= elements.count }

    private func current() throws(StateError) -> StateReader {
        guard currentIndex < elements.count else {
            throw reader.error(.outOfRange, "the list has only \(elements.count) elements")
        }
        return reader.descend(to: elements[currentIndex], at: String(currentIndex))
    }

    /// Reads the element and, if that works, goes on to the next.
    private mutating func next<Value>(_ read: (StateReader) throws -> Value) throws -> Value {
        let value = try read(current())
        currentIndex += 1
        return value
    }

    private mutating func nextDecoder() throws -> NodeDecoder {
        try next { NodeDecoder(reader: $0) }
    }

    mutating func decodeNil() throws -> Bool {
        guard try current().tree.isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.bool() } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.string() } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.double() } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.float() } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.integer(type) } }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next { try NodeDecoder(reader: $0).value(type) }
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try nextDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nextDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try nextDecoder() }
}

/// Reads a map by key.
struct KeyedNodeDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let reader: StateReader
    let map: StateMap

    var codingPath: [any CodingKey] { reader.codingPath }

    var allKeys: [Key] { map.entries.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { map[key.stringValue] != nil }

    private func decoder(_ key: any CodingKey) throws(StateError) -> NodeDecoder {
        NodeDecoder(reader: try reader.child(key.stringValue))
    }

    func decodeNil(forKey key: Key) throws -> Bool { try reader.child(key.stringValue).tree.isNull }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try reader.child(key.stringValue).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try reader.child(key.stringValue).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try reader.child(key.stringValue).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try reader.child(key.stringValue).float() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try reader.child(key.stringValue).integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try reader.child(key.stringValue).integer(type)
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try reader.child(key.stringValue).integer(type)
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try reader.child(key.stringValue).integer(type)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder(key).value(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(IndexKey("super")) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

extension StateReader {
    /// The keys from where the decoding began; list indices by their digits.
    fileprivate var codingPath: [any CodingKey] { components.dropFirst().map { IndexKey($0) } }
}
