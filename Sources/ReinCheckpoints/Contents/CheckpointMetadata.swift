/// What a person or a program notes about a checkpoint: a JSON object.
enum CheckpointMetadata {
    /// The largest number of bytes that are read: 64 MB.
    static let sizeLimit = 1 << 26

    /// The text of metadata.
    ///
    /// - Throws: `StateError` with the place of what JSON cannot hold: bytes, tensors, and numbers that are not finite.
    static func text(_ metadata: StateMap) throws(StateError) -> String {
        try require(.map(metadata), path: "metadata", depth: 0)
        return JSON.text(.map(metadata), pretty: true) + "\n"
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `StateError` when it is no JSON object.
    static func read(_ bytes: [UInt8], path: String) throws(StateError) -> StateMap {
        guard bytes.count <= sizeLimit else {
            throw StateError(
                .outOfRange, "has \(bytes.count) bytes, more than the \(sizeLimit) that are read", path: path)
        }
        let tree: StateTree
        do { tree = try JSON.parse(bytes) } catch { throw error.nested(under: path) }
        guard case .map(let metadata) = tree else {
            throw StateError(.wrongType, "expected a JSON object, found \(tree.summary)", path: path)
        }
        return metadata
    }

    private static func require(_ tree: StateTree, path: String, depth: Int) throws(StateError) {
        guard depth < StateTree.maximumDepth else { throw depthError().nested(under: path) }
        switch tree {
        case .null, .bool, .int, .string: return
        case .double(let value) where value.isFinite: return
        case .double(let value): throw StateError(.outOfRange, "JSON has no word for \(value)", path: path)
        case .bytes, .tensor: throw StateError(.wrongType, "JSON has no \(tree.kind)", path: path)
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                try require(element, path: "\(path)/\(index)", depth: depth + 1)
            }
        case .map(let entries):
            for (key, value) in entries { try require(value, path: "\(path)/\(key)", depth: depth + 1) }
        }
    }
}
