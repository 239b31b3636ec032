/// Safetensors files with a whole tree inside: the tensors in the data section, the rest as JSON in the metadata.
///
///     8 bytes    length of the header, little-endian
///     header     {"__metadata__": {"format": "rein", "version": "1", "state": "<JSON>"},
///                 "network/0/weight": {"dtype": "F32", "shape": [64, 4], "data_offsets": [0, 1024]}, ...}
///                padded with spaces
///     data       begins at a multiple of 64; no holes
///
/// Tensors are named by their place in the tree. They lie in the order of the tree, but those with elements of 8 bytes
/// come first, then those of 4, 2 and 1, so that every element is aligned. The tensors of one network, which have one
/// element type and follow one another in the tree, thus lie side by side: the mapped file is the parameter buffer. If
/// the tree has no elements of 8 bytes, its float32 tensors begin at a multiple of 64.
///
/// In Python: `safetensors.numpy.load_file(path)` gives the tensors by name.
public struct NativeCodec: StateCodec {
    /// The version of the layout inside the file. A reader refuses newer ones.
    static let version = 1

    /// Creates the codec.
    public init() {}

    /// The file of a tree; see `StateCodec`.
    public func encode(_ tree: StateTree) throws(StateError) -> [UInt8] {
        let sink = MemorySink()
        try encode(tree, to: sink)
        return sink.bytes
    }

    /// Writes the file of a tree, tensors from where they lie.
    func encode(_ tree: StateTree, to sink: any ByteSink) throws(StateError) {
        let tensors = try TreeMarkup.tensors(of: tree)
        var state = JSONWriter(pretty: false)
        TreeMarkup.write(tree, to: &state)
        try SafetensorsWriter.write(
            metadata: [
                ("format", Array("rein".utf8)), ("version", Array(String(Self.version).utf8)), ("state", state.bytes),
            ], tensors: tensors, to: sink)
    }

    /// The tree of a file; see `StateCodec`.
    public func decode(_ bytes: StateBytes) throws(StateError) -> StateTree {
        var file = try SafetensorsFile(bytes)
        let marked = try Self.markedTree(of: &file)
        var markup = TreeMarkup(tensors: file.tensors)
        let tree = try markup.unmark(marked)
        if let name = markup.unusedTensor {
            throw StateError(.malformed, "the tensor is in the file, but not in the tree", path: name)
        }
        return tree
    }

    /// The tree in the metadata, whose text is taken out of them.
    private static func markedTree(of file: inout SafetensorsFile) throws(StateError) -> StateTree {
        guard file.metadata["format"] == "rein", let state = file.metadata.removeValue(for: "state") else {
            throw StateError(.unsupportedFormat, "a safetensors file, but none of Rein: no state in its metadata")
        }
        guard let version = file.metadata["version"].flatMap(\.wholeNumber) else {
            throw StateError(.malformed, "no version in the metadata")
        }
        guard version <= Self.version else {
            throw StateError(
                .unsupportedVersion,
                "native file of version \(version), newer than this Rein, which reads up to \(Self.version)")
        }
        do {
            // Markup puts one more level around bytes and special numbers.
            return try JSON.parse(state, maximumDepth: StateTree.maximumDepth + 1)
        } catch {
            throw error.nested(under: "__metadata__/state")
        }
    }
}
