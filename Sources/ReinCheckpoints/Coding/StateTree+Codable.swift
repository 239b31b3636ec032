/// Trees inside values that are `Codable`. Our own coders take them as they are; others write what JSON has words for.
extension StateTree: Codable {
    /// Reads a tree. From other decoders than `StateDecoder` it holds no bytes and no tensors.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? NodeDecoder {
            self = decoder.reader.tree
        } else if let keys = try? decoder.container(keyedBy: TreeKey.self) {
            var map = StateMap()
            for key in keys.allKeys { map[key.stringValue] = try keys.decode(StateTree.self, forKey: key) }
            self = .map(map)
        } else if var elements = try? decoder.unkeyedContainer() {
            var list: [StateTree] = []
            while !elements.isAtEnd { list.append(try elements.decode(StateTree.self)) }
            self = .list(list)
        } else {
            self = try Self.leaf(decoder.singleValueContainer())
        }
    }

    private static func leaf(_ value: any SingleValueDecodingContainer) throws -> StateTree {
        if value.decodeNil() { return .null }
        if let bool = try? value.decode(Bool.self) { return .bool(bool) }
        if let int = try? value.decode(Int64.self) { return .int(int) }
        if let double = try? value.decode(Double.self) { return .double(double) }
        return .string(try value.decode(String.self))
    }

    /// Writes the tree; throws `EncodingError` for bytes and tensors where the encoder is not a `StateEncoder`.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? NodeEncoder {
            encoder.node.content = .leaf(self)
            return
        }
        switch self {
        case .list(let list):
            var elements = encoder.unkeyedContainer()
            for element in list { try elements.encode(element) }
        case .map(let map):
            var keys = encoder.container(keyedBy: TreeKey.self)
            for (key, value) in map { try keys.encode(value, forKey: TreeKey(stringValue: key)) }
        case .null, .bool, .int, .double, .string, .bytes, .tensor:
            var value = encoder.singleValueContainer()
            try encodeLeaf(into: &value)
        }
    }

    private func encodeLeaf(into container: inout any SingleValueEncodingContainer) throws {
        switch self {
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .null: try container.encodeNil()
        case .bytes, .tensor, .list, .map:
            throw EncodingError.invalidValue(
                self, .init(codingPath: container.codingPath, debugDescription: "there is no word for \(kind) here"))
        }
    }
}

/// Any key.
private struct TreeKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
