import ReinCheckpoints

/// The checkpoint that a trial goes on from, by the result that it was made after.
struct CheckpointOrigin: Sendable, Equatable {
    /// The trial that made it: the one that goes on, or the one that it takes over from.
    var trial: TrialID
    /// The number of the result.
    var iteration: Int
}

extension CheckpointOrigin {
    /// The origins of trials as data: a list of lists of the trial, the one that made the checkpoint, and the iteration.
    static func tree(of origins: [TrialID: CheckpointOrigin]) -> StateTree {
        .list(
            origins.sorted(byBytesOf: \.key.string).map { id, origin in
                [.string(id.string), .string(origin.trial.string), .int(Int64(origin.iteration))]
            })
    }

    /// Reads what `tree(of:)` made.
    ///
    /// - Throws: `StateError` that names the place.
    static func origins(_ reader: StateReader) throws(StateError) -> [TrialID: CheckpointOrigin] {
        var origins: [TrialID: CheckpointOrigin] = [:]
        for entry in try reader.list() {
            let parts = try entry.list()
            guard parts.count == 3 else { throw entry.error(.malformed, "expected two trials and an iteration") }
            origins[TrialID(try parts[0].string())] = CheckpointOrigin(
                trial: TrialID(try parts[1].string()), iteration: try parts[2].int())
        }
        return origins
    }
}
