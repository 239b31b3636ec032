import ReinCheckpoints

/// What population-based training remembers of a trial.
struct PopulationMember: Sendable, Equatable {
    /// The trial.
    let id: TrialID
    /// The tag that it was made with.
    let tag: String
    /// What it scored when it was last compared, the higher the better; nil before.
    var score: TrialScore?
    /// Whether it was among the best when it was last compared, and so has a checkpoint of then.
    var hasCheckpoint = false
    /// When it, or the trial that it took over from, was last compared.
    var perturbationTime = 0.0
    /// How far it had trained then.
    var trainTime = 0.0

    init(id: TrialID, tag: String) {
        self.id = id
        self.tag = tag
    }

    /// Whether it did better than another one. What is no number is worse than all others.
    func isBetter(than other: PopulationMember) -> Bool {
        guard let score, !score.value.isNaN else { return false }
        return other.score.map { $0 < score } ?? true
    }
}

extension PopulationMember {
    /// What is written down.
    var state: StateTree {
        [
            "id": .string(id.string),
            "tag": .string(tag),
            "score": score.map { .double($0.value) } ?? .null,
            "has_checkpoint": .bool(hasCheckpoint),
            "perturbation_time": .double(perturbationTime),
            "train_time": .double(trainTime),
        ]
    }

    /// Reads what `state` gave.
    ///
    /// - Throws: `StateError` that names the entry that is missing or wrong.
    init(_ state: StateReader) throws(StateError) {
        try state.expectKeys(["id", "tag", "score", "has_checkpoint", "perturbation_time", "train_time"])
        self.init(id: TrialID(try state.string("id")), tag: try state.string("tag"))
        score = (try state.optionalChild("score")?.double()).map { TrialScore($0) }
        hasCheckpoint = try state.bool("has_checkpoint")
        perturbationTime = try state.time("perturbation_time")
        trainTime = try state.time("train_time")
    }
}

extension StateReader {
    /// The finite number of a key.
    func time(_ key: String) throws(StateError) -> Double {
        let entry = try child(key)
        let time = try entry.double()
        guard time.isFinite else { throw entry.error(.outOfRange, "\(time) is no time") }
        return time
    }
}
