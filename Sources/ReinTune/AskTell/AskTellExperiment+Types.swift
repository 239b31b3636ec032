public import ReinCheckpoints

extension AskTellExperiment {
    /// A trial that may begin or go on.
    public struct Assignment: Sendable, Equatable {
        /// Its id, by which its results are told.
        public let id: TrialID
        /// The settings to train with.
        public let configuration: StateMap
        /// What its name tells of its settings, such as `1_lr=0.1000`.
        public let tag: String
        /// The absolute path of its folder, which is there. What is put there stays, but for the records that Rein writes.
        public let folder: String
        /// The checkpoint that it goes on from; nil when it begins anew.
        ///
        /// It is not there when the caller was killed after the verdict and before it was made, which cannot be if it is
        /// made before the result is told. The trial then goes on from an older one of its own, or begins anew, and gives
        /// its results their numbers itself.
        public let checkpoint: Origin?

        /// Whether it takes over from another trial: it goes on from that one's checkpoint, with settings that are new.
        public var takesOver: Bool { checkpoint.map { $0.trial != id } ?? false }
    }

    /// A checkpoint that was made after a verdict which asked for one.
    public struct Origin: Sendable, Hashable {
        /// The trial that made it.
        public let trial: TrialID
        /// The absolute path of that trial's folder.
        public let folder: String
        /// The number of the result that it was made after.
        public let iteration: Int
    }

    /// What becomes of a trial after a result.
    public enum Verdict: Sendable, Equatable {
        /// It trains on.
        case goOn
        /// It makes a checkpoint and trains on.
        case saveAndGoOn
        /// It stops for now, without a checkpoint, and is asked for again later.
        case pause
        /// It makes a checkpoint, stops for now, and is asked for again later.
        case saveAndPause
        /// It is over.
        case stop
        /// It has failed, since its result cannot be judged, for the reason that is said; it is over.
        case failed(String)

        /// Whether the trial is out no longer.
        public var isLast: Bool { self != .goOn && self != .saveAndGoOn }
    }
}

extension AskTellExperiment.Verdict {
    /// What commands after a result say to its trial.
    init(of id: TrialID, _ commands: [TrialCommand], saving isToSave: Bool) {
        var saves = isToSave
        var verdict: Self?
        var refusal: String?
        for command in commands {
            switch command {
            case .save(id): saves = true
            case .pause(id, let saving):
                saves = saves || saving
                verdict = .pause
            case .suspend(id): verdict = .pause
            case .end(id): verdict = .stop
            case .refuse(id, let reason): refusal = reason
            default: break
            }
        }
        switch (refusal, verdict) {
        case (let reason?, _): self = .failed(reason)
        case (nil, .pause): self = saves ? .saveAndPause : .pause
        case (nil, let verdict?): self = verdict
        case (nil, nil): self = saves ? .saveAndGoOn : .goOn
        }
    }
}
