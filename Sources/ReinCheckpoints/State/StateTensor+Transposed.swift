extension StateTensor {
    /// The matrix with rows for columns; a vector as it is.
    ///
    /// - Throws: `StateError` with `.wrongShape` for tensors of more than two axes.
    package func transposed() throws(StateError) -> StateTensor {
        guard shape.count <= 2 else {
            throw StateError(.wrongShape, "a tensor of shape \(shape) is no matrix to be transposed")
        }
        guard shape.count == 2 else { return self }
        let (rows, columns, size) = (shape[0], shape[1], elementType.size)
        let transposed = StateBytes(count: bytes.count) { target in
            bytes.withUnsafeBytes { source in
                if size == 4 {
                    for row in 0..<rows {
                        for column in 0..<columns {
                            let element = source.loadUnaligned(
                                fromByteOffset: 4 &* (row &* columns &+ column), as: UInt32.self)
                            target.storeBytes(of: element, toByteOffset: 4 &* (column &* rows &+ row), as: UInt32.self)
                        }
                    }
                } else {
                    for row in 0..<rows {
                        for column in 0..<columns {
                            for byte in 0..<size {
                                target[(column * rows + row) * size + byte] =
                                    source[(row * columns + column) * size + byte]
                            }
                        }
                    }
                }
            }
        }
        return try StateTensor(elementType: elementType, shape: [columns, rows], bytes: transposed)
    }
}
