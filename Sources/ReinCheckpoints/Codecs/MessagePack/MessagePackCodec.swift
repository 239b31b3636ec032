/// MessagePack files, tensors in the convention of the Python package msgpack-numpy.
///
/// In Python: `msgpack.unpackb(file.read(), object_hook=msgpack_numpy.decode)`. Doubles take nine bytes always, integers
/// as few as possible, maps keep their order. A tensor is the map
///
///     {b"nd": true, b"type": "<f4", b"kind": b"", b"shape": [2, 3], b"data": b"..."}
///
/// whose keys are binary, so that no map of ours looks like one. On reading, integer keys become decimal strings, NumPy
/// scalars tensors of shape `[]`, and big-endian arrays little-endian ones; arrays of Python objects are refused. Of a
/// file that another library reads as its own, our tree is read (`EmbeddedState`).
public struct MessagePackCodec: StateCodec {
    /// Creates the codec.
    public init() {}

    /// The file of a tree; see `StateCodec`.
    public func encode(_ tree: StateTree) throws(StateError) -> [UInt8] {
        let sink = MemorySink()
        try encode(file: EmbeddedState.plain(tree), to: sink)
        return sink.bytes
    }

    /// Writes a file, large tensors from where they lie.
    func encode(file: StateTree, to sink: any ByteSink) throws(StateError) {
        let writer = MessagePackWriter(to: sink)
        try writer.write(file, depth: 0)
        try writer.finish()
    }

    /// The tree of a file; see `StateCodec`.
    public func decode(_ bytes: StateBytes) throws(StateError) -> StateTree {
        let file = try decode(plain: bytes)
        return try EmbeddedState.state(of: file) ?? file
    }

    /// The tree of a file as other programs see it: everything in it, ours under a key of its own.
    package func decode(plain bytes: StateBytes) throws(StateError) -> StateTree {
        try MessagePackReader(bytes).tree()
    }
}
