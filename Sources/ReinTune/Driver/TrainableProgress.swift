import ReinCheckpoints

/// How far a trainable has come: what is saved beside its state.
struct TrainableProgress: Equatable {
    /// Tells this run from others; the same before and after a restore.
    var experimentID: String
    /// The number of steps.
    var iterations = 0
    /// The time that they took, in seconds.
    var seconds = 0.0
    /// The sum of `timestepsThisIteration`; nil as long as no step said any.
    var timesteps: Int?
    /// The sum of `episodesThisIteration`; nil as long as no step said any.
    var episodes: Int?
    /// The last result, with everything that was added.
    var lastResult: StateMap = [:]
    /// The names of the values that were shared with the trainable.
    var parameterNames: [String] = []

    /// A run of its own.
    init(experimentID: String = TrainableProgress.newExperimentID()) { self.experimentID = experimentID }

    /// Thirty-two hexadecimal digits that nothing depends on.
    static func newExperimentID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension TrainableProgress {
    private enum Key: String, CaseIterable {
        case experimentID = "experiment_id", iterations = "training_iteration", seconds = "time_total_s"
        case timesteps = "timesteps_total", episodes = "episodes_total", parameterNames = "parameters"
        case lastResult = "last_result"
    }

    /// What is written down.
    var state: StateMap {
        [
            Key.experimentID.rawValue: .string(experimentID),
            Key.iterations.rawValue: .int(Int64(iterations)),
            Key.seconds.rawValue: .double(seconds),
            Key.timesteps.rawValue: timesteps.map { .int(Int64($0)) } ?? .null,
            Key.episodes.rawValue: episodes.map { .int(Int64($0)) } ?? .null,
            Key.parameterNames.rawValue: .list(parameterNames.map { .string($0) }),
            Key.lastResult.rawValue: .map(lastResult),
        ]
    }

    /// Reads what `state` gave.
    ///
    /// - Throws: `StateError` that names the entry that is missing or wrong.
    init(_ state: StateMap) throws(StateError) {
        let reader = StateReader(.map(state), path: "progress")
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        func count(_ key: Key) throws(StateError) -> Int? {
            let entry = try reader.child(key.rawValue)
            if entry.tree.isNull { return nil }
            let count = try entry.int()
            guard count >= 0 else { throw entry.error(.outOfRange, "\(count) is less than none") }
            return count
        }
        self.init(experimentID: try reader.child(Key.experimentID.rawValue).string())
        iterations = try count(.iterations) ?? 0
        seconds = try reader.child(Key.seconds.rawValue).double()
        guard seconds >= 0, seconds.isFinite else {
            throw try reader.child(Key.seconds.rawValue).error(.outOfRange, "\(seconds) is no time")
        }
        timesteps = try count(.timesteps)
        episodes = try count(.episodes)
        for name in try reader.child(Key.parameterNames.rawValue).list() { parameterNames.append(try name.string()) }
        guard case .map(let result) = try reader.child(Key.lastResult.rawValue).tree else {
            throw try reader.child(Key.lastResult.rawValue).error(.wrongType, "expected a map")
        }
        lastResult = result
    }
}
