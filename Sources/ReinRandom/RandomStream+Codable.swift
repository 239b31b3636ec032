/// Codable conformance: every word of the state, and the waiting normal number.
extension RandomStream: Codable {
    enum CodingKeys: String, CodingKey {
        case key, word0, word1, word2, word3, cachedNormal
    }

    /// Reads what `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` when a word is missing or all four are zero, which no stream reaches.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(UInt64.self, forKey: .key)
        word0 = try container.decode(UInt64.self, forKey: .word0)
        word1 = try container.decode(UInt64.self, forKey: .word1)
        word2 = try container.decode(UInt64.self, forKey: .word2)
        word3 = try container.decode(UInt64.self, forKey: .word3)
        cachedNormal = try container.decodeIfPresent(Float.self, forKey: .cachedNormal)
        guard word0 | word1 | word2 | word3 != 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .word0, in: container, debugDescription: "the four words of a random stream are all zero")
        }
    }

    /// Writes the whole state.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encode(word0, forKey: .word0)
        try container.encode(word1, forKey: .word1)
        try container.encode(word2, forKey: .word2)
        try container.encode(word3, forKey: .word3)
        try container.encodeIfPresent(cachedNormal, forKey: .cachedNormal)
    }
}
