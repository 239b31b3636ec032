public import ReinCheckpoints

/// A trainable that notes its results somewhere itself, in the place of `result.json` and `progress.csv`.
public protocol ResultLogging: Trainable {
    /// Notes a result.
    ///
    /// - Parameter result: the metrics with those that the driver added.
    /// - Throws: what went wrong; training then stops.
    mutating func log(_ result: StateMap) async throws
}
