import ReinCheckpoints

extension StateTree {
    /// Refuses what results cannot be noted or saved with: tensors, and maps too deep inside one another.
    ///
    /// - Parameters:
    ///   - path: the place, for errors.
    ///   - depth: how many maps and lists this is in.
    /// - Throws: `StateError` that names the place.
    func requireNotable(at path: String = "", depth: Int = 0) throws(StateError) {
        func place(_ key: String) -> String { path.isEmpty ? key : "\(path)/\(key)" }
        switch self {
        case .tensor:
            throw StateError(.wrongType, "is a tensor, which cannot be kept with results; give numbers", path: path)
        case .list, .map:
            guard depth < StateTree.maximumDepth - 2 else {
                throw StateError(.outOfRange, "lies too deep to be kept with results", path: path.shortened)
            }
            if case .list(let elements) = self {
                for (index, element) in elements.enumerated() {
                    try element.requireNotable(at: place("\(index)"), depth: depth + 1)
                }
            }
            if case .map(let map) = self {
                for entry in map.entries { try entry.value.requireNotable(at: place(entry.key), depth: depth + 1) }
            }
        default: return
        }
    }
}
