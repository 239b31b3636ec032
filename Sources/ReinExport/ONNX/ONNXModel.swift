import ReinCheckpoints

/// A graph and what is known of it: all that a file has.
struct ONNXModel: Sendable, Hashable {
    let graph: ONNXGraph
    /// The version of the standard operators that the graph is written in.
    let opset: Int
    /// The version of Rein that wrote it.
    let version: String
    /// What the graph is, for people.
    let documentation: String
    /// What programs may want to know of it, in this order.
    let metadata: [Entry]

    /// A key and its text.
    struct Entry: Sendable, Hashable {
        let key: String
        let text: String
    }

    /// The oldest version of the file format that has this opset, so that old programs open what they can compute
    /// (https://github.com/onnx/onnx/blob/main/docs/Versioning.md).
    var formatVersion: Int64 {
        switch opset {
        case ...11: 6
        case ...14: 7
        case ...18: 8
        case ...20: 9
        default: 10
        }
    }

    /// The most bytes of constants that a file holds. Messages of Protocol Buffers are limited to 2 GiB; a mebibyte is left
    /// for all but the constants.
    static let largestByteCount = 1 << 31 - 1 << 20

    /// Throws when constants of so many bytes are too large for a file.
    static func requireFit(byteCount: Int) throws(StateError) {
        guard byteCount <= largestByteCount else {
            throw StateError(
                .outOfRange, "\(byteCount) bytes of weights are more than an ONNX file holds (\(largestByteCount))")
        }
    }
}
