import Rein

/// The keys of the rows of a run's results, as the columns of `progress.csv` are named: with slashes between the keys of
/// maps inside one another.
enum ResultKeys {
    /// The time since the run was begun or resumed, which is no result of the algorithm.
    static let elapsed = "elapsedSeconds"

    /// All keys that the results of an algorithm will have.
    static func all(of algorithm: AnyAlgorithm) -> [String] {
        var tree = algorithm.blankResult.tree
        tree.append(elapsed, .null)
        return leaves(of: tree, below: "")
    }

    private static func leaves(of tree: StateTree, below name: String) -> [String] {
        guard case .map(let map) = tree else { return [name] }
        return map.entries.flatMap { leaves(of: $0.value, below: name.isEmpty ? $0.key : "\(name)/\($0.key)") }
    }
}
