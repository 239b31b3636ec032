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

/// The canonical NaN: codecs write every NaN as this one, so that equal trees have equal bytes.
let canonicalNaN = Double(bitPattern: 0x7ff8_0000_0000_0000)

/// The error for a list or map below `StateTree.maximumDepth` others.
@inline(never)
func depthError() -> StateError {
    StateError(.outOfRange, "nested deeper than \(StateTree.maximumDepth) levels")
}
