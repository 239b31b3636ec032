public import ReinCheckpoints

/// A checkpoint in the folder of a trial.
public struct TrialCheckpoint: Sendable, Equatable {
    /// Its number, from 0 in the order of their making.
    public let index: Int
    /// The path of its folder; its address where the experiment lies in a storage.
    public internal(set) var path: String
    /// Its address in a storage; nil when it lies in a folder.
    public internal(set) var uri: StorageURI?
    /// The metrics of the result that it was made after; nil when that cannot be told.
    public internal(set) var metrics: StateMap?
    /// The settings that it was made with; nil when they are not known.
    public internal(set) var configuration: StateMap?

    /// The name of its folder, such as `checkpoint_000012`.
    public var name: String { CheckpointName.name(index) }

    /// The number of iterations after which it was made; nil when that cannot be told.
    public var iteration: Int? { metrics?.count(ofMetric: MetricName.trainingIteration) }

    /// The checkpoint as a value; of one in a storage nothing is read yet.
    ///
    /// - Throws: `StateError` when it is not there any more.
    public func checkpoint() throws(StateError) -> Checkpoint {
        if let uri { try Checkpoint(completeFolderAt: uri) } else { try Checkpoint(directory: path) }
    }

    /// Takes over the result that it was made after.
    mutating func take(_ result: StateMap) {
        metrics = result.withoutConfiguration
        configuration = result.resultConfiguration
    }

    /// The number of a metric that it can be compared by; nil when there is none that is finite.
    func score(_ metric: String) -> Double? {
        metrics?.number(ofMetric: metric).flatMap { $0.isFinite ? $0 : nil }
    }
}
