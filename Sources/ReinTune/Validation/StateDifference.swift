import ReinCheckpoints

/// The first difference of two trees.
struct StateDifference {
    /// Where it is.
    let path: String
    /// What there is in the one and in the other.
    let description: String

    /// Nil when both are equal.
    init?(_ expected: StateTree, _ found: StateTree) {
        guard let (path, description) = Self.first(expected, found, "") else { return nil }
        self.path = path
        self.description = description
    }

    private static func first(
        _ expected: StateTree, _ found: StateTree, _ path: String
    ) -> (path: String, description: String)? {
        func place(_ key: String) -> String { path.isEmpty ? key : "\(path)/\(key)" }
        switch (expected, found) {
        case _ where expected == found: return nil
        case (.map(let expected), .map(let found)):
            for (key, value) in expected {
                guard let other = found[key] else { return (place(key), "it is gone") }
                if let difference = first(value, other, place(key)) { return difference }
            }
            for (key, _) in found where expected[key] == nil { return (place(key), "it was not there") }
            return (path, "the keys have another order")
        case (.list(let expected), .list(let found)):
            for (index, (value, other)) in zip(expected, found).enumerated() {
                if let difference = first(value, other, place("\(index)")) { return difference }
            }
            return (path, "it had \(expected.count) elements, and has \(found.count)")
        default:
            return (path, "it was \(words(expected)), and is \(words(found))")
        }
    }

    private static func words(_ tree: StateTree) -> String {
        switch tree {
        case .tensor(let tensor): "a tensor of shape \(tensor.shape) with other values"
        case .bytes(let bytes): "\(bytes.count) bytes"
        default: tree.summary
        }
    }
}
