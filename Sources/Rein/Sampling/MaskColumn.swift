import ReinCheckpoints
import ReinNumerics

/// Columns of action masks: how rows are gathered, and how they are saved, a byte for each entry, 1 where it is valid.
enum MaskColumn {
    /// Copies rows by index: `target[i] = source[indices[i]]`, each row `width` entries. Indices are not checked.
    static func gather(
        _ source: AlignedBuffer<Bool>, indices: UnsafePointer<Int32>, to target: AlignedBuffer<Bool>, count: Int,
        width: Int
    ) {
        for row in 0..<count {
            target.mutableRows(of: width)[row].update(
                from: source.mutableRows(of: width)[Int(indices[row])], count: width)
        }
    }

    /// The first masks of a column, as many as the shape has.
    static func tree(_ masks: AlignedBuffer<Bool>, shape: [Int]) -> StateTree {
        let count = shape.reduce(1, *)
        return .tensor(StateTensor((0..<count).map { masks.pointer[$0] ? 1 : 0 as UInt8 }, shape: shape))
    }

    /// Reads masks of discrete actions; where there are none, as in a file from before the environment masked
    /// actions, all actions are valid.
    ///
    /// - Parameters:
    ///   - reader: the map that may have the key.
    ///   - shape: `[..., width]`.
    ///   - masks: receives the entries.
    /// - Throws: `StateError` for another type or shape, bytes other than 0 and 1, and masks without a valid action,
    ///   since a target is the value of one.
    static func read(
        _ key: String, of reader: StateReader, shape: [Int], into masks: AlignedBuffer<Bool>
    ) throws(StateError) {
        let count = shape.reduce(1, *)
        guard let width = shape.last, width > 0 else { return }
        guard let saved = reader.optionalChild(key) else {
            return masks.pointer.update(repeating: true, count: count)
        }
        let tensor = try saved.tensor(shape: shape)
        let bytes: [UInt8]
        do throws(StateError) { bytes = try tensor.uint8s() } catch { throw error.nested(under: saved.path) }
        if let byte = bytes.first(where: { $0 > 1 }) {
            throw saved.error(.outOfRange, "a mask is made of 0 and 1, not of \(byte)")
        }
        for first in stride(from: 0, to: count, by: width) where !bytes[first..<first + width].contains(1) {
            throw saved.error(.outOfRange, "mask \(first / width) leaves no valid action")
        }
        for (index, byte) in bytes.enumerated() { masks.pointer[index] = byte == 1 }
    }
}
