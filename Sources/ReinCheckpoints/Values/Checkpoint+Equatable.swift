extension Checkpoint: Equatable {
    /// Whether both have the same content, whatever faces they have; in a storage, whether they have the same address. One
    /// that cannot be read equals none but the same directory.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        switch (left.content, right.content) {
        case (.remote(let left), .remote(let right)): return left.uri == right.uri
        case (.remote, _), (_, .remote): return false
        case (.directory(let left), .directory(let right)) where left == right: return true
        default: break
        }
        do {
            return try left.dictionary() == right.dictionary() && left.metadata() == right.metadata()
                && left.progress() == right.progress()
        } catch {
            return false
        }
    }
}

extension Checkpoint: Codable {
    private enum CodingKeys: String, CodingKey { case archive, uri }

    /// Reads a checkpoint that `encode` has written; it lies in memory, or in the same storage as there.
    ///
    /// - Throws: `DecodingError` when its bytes are damaged, and for an address that is none here.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let uri = try container.decodeIfPresent(String.self, forKey: .uri) {
            do {
                try self.init(uri: uri)
                return
            } catch {
                throw DecodingError.dataCorruptedError(
                    forKey: .uri, in: container, debugDescription: error.description)
            }
        }
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

    /// Writes the whole checkpoint, also one that lies in a directory: whoever reads it needs that no more. Of one
    /// in a storage it writes the address.
    ///
    /// - Throws: `EncodingError` when it cannot be read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if case .remote(let remote) = content { return try container.encode(remote.uri.description, forKey: .uri) }
        do {
            try container.encode(Base64.text(try bytes()), forKey: .archive)
        } catch let error as StateError {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: error.description))
        }
    }
}
