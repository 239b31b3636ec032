public import ReinCheckpoints

/// What has happened to environments outside of this program since training began, that makes a run another one than it
/// would have been.
public struct EnvironmentIncidents: Sendable, Hashable {
    /// Processes that ended, and in whose place others were started.
    public var workerRestarts = 0
    /// Episodes that were cut off, as truncated, since their process ended.
    public var episodesCutOff = 0
    /// Episodes that began anew after a checkpoint was restored, since the environment could not be put where it was.
    public var episodesBegunAnew = 0

    /// Nothing has happened.
    public init() {}

    /// Adds what happened to other environments.
    public mutating func add(_ other: EnvironmentIncidents) {
        workerRestarts += other.workerRestarts
        episodesCutOff += other.episodesCutOff
        episodesBegunAnew += other.episodesBegunAnew
    }

    /// Whether anything happened.
    public var isEmpty: Bool { self == EnvironmentIncidents() }
}

extension EnvironmentIncidents {
    /// The counts as data, for logs and checkpoints.
    public var tree: StateTree {
        [
            "workerRestarts": .int(Int64(workerRestarts)), "episodesCutOff": .int(Int64(episodesCutOff)),
            "episodesBegunAnew": .int(Int64(episodesBegunAnew)),
        ]
    }

    /// Reads counts.
    ///
    /// - Throws: `StateError` when one is missing or negative.
    public init(_ reader: StateReader) throws(StateError) {
        func count(_ key: String) throws(StateError) -> Int {
            let value = try reader.int(key)
            guard value >= 0 else { throw try reader.child(key).error(.outOfRange, "\(value) is no count") }
            return value
        }
        workerRestarts = try count("workerRestarts")
        episodesCutOff = try count("episodesCutOff")
        episodesBegunAnew = try count("episodesBegunAnew")
    }
}
