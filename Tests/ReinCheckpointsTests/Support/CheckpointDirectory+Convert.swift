import ReinCheckpoints

extension CheckpointDirectory {
    /// Writes the checkpoint at `source` once more, in another format.
    static func convert(
        from source: String, to destination: String, format: CheckpointFormat, synchronizing: Bool = false
    ) throws {
        let checkpoint = try CheckpointDirectory(opening: source)
        guard checkpoint.kind == .algorithm else {
            return try writePolicy(
                to: destination, format: format, policy: checkpoint.policyState(), synchronizing: synchronizing)
        }
        let ids = try checkpoint.policyIDs
        try writeAlgorithm(
            to: destination, format: format, algorithm: checkpoint.algorithmState(),
            policies: ids.map { ($0, try checkpoint.policyState($0)) },
            replays: Dictionary(uniqueKeysWithValues: ids.map { ($0, try checkpoint.replayState($0)) }),
            synchronizing: synchronizing)
    }
}
