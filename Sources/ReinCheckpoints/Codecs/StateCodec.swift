/// A way to turn trees into the bytes of one file and back.
///
/// All codecs hold the same trees: converting a file from one to another and back gives the same bytes.
public protocol StateCodec: Sendable {
    /// The bytes of a tree. Equal trees have equal bytes.
    ///
    /// - Throws: `StateError` with `.outOfRange` and the place for a tree nested deeper than `StateTree.maximumDepth`,
    ///   or with a part that is too large for the format.
    func encode(_ tree: StateTree) throws(StateError) -> [UInt8]

    /// The tree of some bytes, whose tensors point into `bytes`. The bytes may come from anywhere: memory and time are
    /// bounded by their number.
    ///
    /// - Throws: `StateError` for anything that `encode` does not write or the format does not allow.
    func decode(_ bytes: StateBytes) throws(StateError) -> StateTree
}

extension StateCodec {
    /// The tree of some bytes; see `decode(_:)` for `StateBytes`.
    public func decode(_ bytes: [UInt8]) throws(StateError) -> StateTree { try decode(StateBytes(bytes)) }
}

/// The kinds of files that a checkpoint may be made of.
public enum CheckpointFormat: String, Sendable, Codable, CaseIterable {
    /// A safetensors file with the rest of the tree in its metadata.
    case native
    /// A MessagePack file with tensors as the Python package msgpack-numpy writes them, which RLlib reads where it has
    /// such a policy.
    case msgpack

    /// The extension of file names, without the dot.
    public var fileExtension: String {
        switch self {
        case .native: "safetensors"
        case .msgpack: "msgpck"
        }
    }

    /// The largest number of bytes of a file that is read without a manifest to say how many there are to be: 64 GB.
    var fileSizeLimit: Int { 1 << 36 }

    /// What reads and writes the files.
    public var codec: any StateCodec {
        switch self {
        case .native: NativeCodec()
        case .msgpack: MessagePackCodec()
        }
    }
}

extension CheckpointFormat {
    /// Writes the file of a state piece by piece: the same bytes as those of `codec`, without all of them in memory.
    func encode(_ state: FileState, to sink: any ByteSink) throws(StateError) {
        switch self {
        case .native: try NativeCodec().encode(state.tree, to: sink)
        case .msgpack:
            try MessagePackCodec().encode(file: state.messagePack ?? SharedFile.plain(state.tree), to: sink)
        }
    }
}

/// The canonical NaN: codecs write every NaN as this one, so that equal trees have equal bytes.
let canonicalNaN = Double(bitPattern: 0x7ff8_0000_0000_0000)

/// The error for a list or map below `StateTree.maximumDepth` others.
func depthError() -> StateError {
    StateError(.outOfRange, "nested deeper than \(StateTree.maximumDepth) levels")
}
