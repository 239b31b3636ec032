extension Checkpoint: Equatable {
    /// Whether both have the same content, whatever faces they have. One that cannot be read equals none but the same
    /// directory.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        if let path = left.path, path == right.path { return true }
        do {
            return try left.dictionary() == right.dictionary() && left.metadata() == right.metadata()
                && left.progress() == right.progress()
        } catch {
            return false
        }
    }
}

extension Checkpoint: Codable {
    private enum CodingKeys: String, CodingKey { case archive }

    /// Reads a checkpoint that `encode` has written; it lies in memory.
    ///
    /// - Throws: `DecodingError` when its bytes are damaged.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let bytes = Base64.bytes(try container.decode(String.self, forKey: .archive)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .archive, in: container, debugDescription: "expected base64 text")
        }
        do {
            try self.init(bytes: bytes)
        } catch {
            throw DecodingError.dataCorruptedError(
                forKey: .archive, in: container, debugDescription: error.description)
        }
    }

    /// Writes the whole checkpoint, also one that lies in a directory: whoever reads it needs that no more.
    ///
    /// - Throws: `EncodingError` when it cannot be read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        do {
            try container.encode(Base64.text(try bytes()), forKey: .archive)
        } catch let error as StateError {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: error.description))
        }
    }
}
