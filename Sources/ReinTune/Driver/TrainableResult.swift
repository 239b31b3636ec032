public import ReinCheckpoints

/// What one call of `train()` came to.
public struct TrainableResult: Sendable, Equatable {
    /// The metrics of the step, and what the driver measured; see `TrainableDriver.train()`.
    public var metrics: StateMap
    /// Whether the trainable has come to its end.
    public var done: Bool
    /// Whether a checkpoint is to be made now, whatever the settings say; of a function, that it reported one.
    public var shouldCheckpoint: Bool
    /// The number of steps since the start of training.
    public var iteration: Int
    /// Whether nothing was done: a function had ended, so this is its last result once more, which is not to be counted.
    public var isRepeated: Bool

    /// The metric of a key, with slashes between those of maps inside one another.
    public subscript(path: String) -> StateTree? {
        var tree = StateTree.map(metrics)
        for key in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard case .map(let map) = tree, let value = map[String(key)] else { return nil }
            tree = value
        }
        return tree
    }

    /// Says that it is the last one.
    mutating func end() {
        done = true
        metrics[MetricName.done] = true
    }
}
