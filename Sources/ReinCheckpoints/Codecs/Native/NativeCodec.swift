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

    /// The longest header that safetensors libraries read, in bytes.
    static let maximumHeaderLength = 100_000_000

    /// Where the data section begins is a multiple of this.
    static let alignment = 64

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
        let tensors = Self.fileOrder(try TreeMarkup.tensors(of: tree))
        let beginning = try Self.beginning(header: Self.header(tree, tensors))
        try beginning.withUnsafeBytes { bytes in
            Result { () throws(StateError) in try sink.write(bytes) }
        }.get()
        for (_, tensor) in tensors {
            try tensor.withUnsafeBytes { bytes throws(StateError) in try sink.write(bytes) }
        }
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

    /// Large elements first, otherwise as they are.
    private static func fileOrder(_ tensors: [TreeMarkup.NamedTensor]) -> [TreeMarkup.NamedTensor] {
        [8, 4, 2, 1].flatMap { size in tensors.filter { $0.tensor.elementType.size == size } }
    }

    /// The header as JSON text: the tree without its tensors, then where each tensor lies.
    private static func header(_ tree: StateTree, _ tensors: [TreeMarkup.NamedTensor]) -> [UInt8] {
        var state = JSONWriter(pretty: false)
        TreeMarkup.write(tree, to: &state)
        var header = JSONWriter(pretty: false)
        header.put(#"{"__metadata__":{"format":"rein","version":""#)
        header.write(Int64(version))
        header.put(#"","state":"#)
        state.bytes.withUnsafeBufferPointer { header.write(utf8: $0) }
        header.put("}")
        var end = 0
        for (name, tensor) in tensors {
            header.put(",")
            header.write(name)
            header.put(#":{"dtype":"#)
            header.write(tensor.elementType.rawValue)
            header.put(#","shape":["#)
            for (axis, length) in tensor.shape.enumerated() {
                if axis > 0 { header.put(",") }
                header.write(Int64(length))
            }
            header.put(#"],"data_offsets":["#)
            header.write(Int64(end))
            header.put(",")
            end += tensor.bytes.count
            header.write(Int64(end))
            header.put("]}")
        }
        header.put("}")
        return header.bytes
    }

    /// What comes before the data: the header's length and the header, padded.
    private static func beginning(header: [UInt8]) throws(StateError) -> [UInt8] {
        let start = (8 + header.count + alignment - 1) / alignment * alignment
        guard start - 8 <= maximumHeaderLength else {
            throw StateError(
                .outOfRange,
                "the header takes \(start) bytes, at most \(maximumHeaderLength) are allowed: keep large "
                    + "data in tensors")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(start)
        withUnsafeBytes(of: UInt64(start - 8).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: start - bytes.count))
        return bytes
    }
}
