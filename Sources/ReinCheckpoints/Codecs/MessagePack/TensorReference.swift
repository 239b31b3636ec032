/// Where a tensor of ours lies among the entries that another library reads in the same file, so that it is not stored
/// twice.
///
/// In the file it is a map in the place of the tensor:
///
///     {"$tensor": [{"at": ["weights", "_logits._model.0.weight"], "transposed": true}], "shape": [64, 2]}
///
/// Several pieces lie one behind the other in the tensor.
package struct TensorReference: Sendable {
    /// A tensor of the other library.
    package struct Piece: Sendable {
        /// The keys that lead to it from the root of the file.
        package var place: [String]
        /// Whether it has rows where ours has columns.
        package var isTransposed: Bool

        /// Creates a reference to a tensor.
        package init(_ place: [String], isTransposed: Bool = false) {
            self.place = place
            self.isTransposed = isTransposed
        }
    }

    /// The parts of the tensor in order.
    package var pieces: [Piece]

    /// Creates a reference to one tensor, or to several that lie one behind the other in ours.
    package init(_ pieces: [Piece]) { self.pieces = pieces }

    /// The key by which a reference is known.
    static let key = "$tensor"

    /// What the file holds for it.
    func tree(shape: [Int]) -> StateTree {
        let pieces = pieces.map { piece -> StateTree in
            var map: StateMap = ["at": .list(piece.place.map { .string($0) })]
            if piece.isTransposed { map["transposed"] = .bool(true) }
            return .map(map)
        }
        return [Self.key: .list(pieces), "shape": .list(shape.map { .int(Int64($0)) })]
    }

    /// Reads what `tree(shape:)` made.
    ///
    /// - Throws: `StateError` for anything else.
    static func read(_ reader: StateReader) throws(StateError) -> (reference: TensorReference, shape: [Int]) {
        try reader.expectKeys([key, "shape"])
        var pieces: [Piece] = []
        for entry in try reader.list(key) {
            try entry.expectKeys(["at", "transposed"])
            var place: [String] = []
            for component in try entry.list("at") { place.append(try component.string()) }
            pieces.append(Piece(place, isTransposed: try entry.optionalChild("transposed")?.bool() ?? false))
        }
        var shape: [Int] = []
        for length in try reader.list("shape") { shape.append(try length.int()) }
        guard shape.count <= 64 else { throw reader.error(.wrongShape, "a tensor of \(shape.count) axes") }
        return (TensorReference(pieces), shape)
    }

    /// The tensor of this shape that the pieces make.
    ///
    /// - Parameter root: the root of the file.
    /// - Throws: `StateError` when a piece is missing or no tensor, when their elements differ in type, or when they do
    ///   not fit the shape.
    func tensor(shape: [Int], in root: StateTree) throws(StateError) -> StateTensor {
        var parts: [StateTensor] = []
        var count = 0
        for piece in pieces {
            var place = StateReader(root)
            for component in piece.place { place = try place.element(component) }
            let tensor = try place.tensor()
            guard tensor.elementType == parts.first?.elementType ?? tensor.elementType else {
                throw StateError(.wrongType, "a reference to tensors of several types")
            }
            // Before anything is copied: there may be many pieces.
            count += tensor.bytes.count
            guard let size = StateTensor.byteCount(tensor.elementType, shape), count <= size else {
                throw StateError(.wrongShape, "a reference to more elements than the shape \(shape) has")
            }
            do {
                parts.append(piece.isTransposed ? try tensor.transposed() : tensor)
            } catch {
                throw error.nested(under: place.path)
            }
        }
        guard let first = parts.first else { throw StateError(.malformed, "a reference to no tensor") }
        if parts.count == 1 {
            return try StateTensor(elementType: first.elementType, shape: shape, bytes: first.bytes)
        }
        let bytes = StateBytes(count: count) { target in
            var offset = 0
            for part in parts {
                part.withUnsafeBytes { source in
                    UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + source.count])
                        .copyMemory(from: source)
                    offset += source.count
                }
            }
        }
        return try StateTensor(elementType: first.elementType, shape: shape, bytes: bytes)
    }
}

extension StateReader {
    /// The value of a key of a map, or at an index of a list.
    fileprivate func element(_ component: String) throws(StateError) -> StateReader {
        guard case .list(let elements) = tree else { return try child(component) }
        guard let index = component.wholeNumber, String(index) == component, elements.indices.contains(index) else {
            throw error(.missingKey, "the list has no element \(component.shortened)")
        }
        return descend(to: elements[index], at: component)
    }
}
