/// A checkpoint that a `CheckpointStore` has.
public struct StoredCheckpoint: Sendable, Equatable {
    /// Its number, from 0 in the order of their making.
    public let index: Int
    /// The path of its folder.
    public let path: String
    /// The result that it was made after.
    public let metrics: StateTree

    /// Describes a checkpoint.
    package init(index: Int, path: String, metrics: StateTree) {
        self.index = index
        self.path = path
        self.metrics = metrics
    }
}
