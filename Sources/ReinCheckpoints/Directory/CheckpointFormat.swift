/// The kinds of files that a checkpoint may be made of.
public enum CheckpointFormat: String, Sendable, Codable, CaseIterable {
    /// A safetensors file with the rest of the tree in its metadata.
    case native
    /// A MessagePack file with tensors as the Python package msgpack-numpy writes them, which RLlib reads where it has
    /// such a policy.
    case msgpack

    /// The extension of file names, without the dot.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
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
    func encode(_ state: StateFile, to sink: any ByteSink) throws(StateError) {
        switch self {
        case .native: try NativeCodec().encode(state.tree, to: sink)
        case .msgpack:
            try MessagePackCodec().encode(file: state.messagePack ?? EmbeddedState.plain(state.tree), to: sink)
        }
    }
}
