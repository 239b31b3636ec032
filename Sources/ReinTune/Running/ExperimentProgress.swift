import ReinCheckpoints

/// How far an experiment is.
public struct ExperimentProgress: Sendable {
    /// The path of the folder of this machine in which the experiment works.
    public let folder: String
    /// All trials that there are so far, in the order of their making, each with its newest result.
    public let trials: [TrialRecord]
    /// The seconds that the experiment has run, in all its processes.
    public let seconds: Double
    /// Whether the experiment is over: all trials have ended and there will be no more.
    public let isFinished: Bool
    /// What a person should know so far: checkpoints that were passed over, records that could not be written.
    public let warnings: [String]

    init(_ loop: ExperimentLoop) {
        folder = loop.folder.path
        trials = loop.state.trials
        seconds = loop.seconds
        isFinished = loop.state.controller.isClosed
        warnings = loop.warnings
    }

    /// The number of trials that do something.
    ///
    /// - Parameter status: what they do.
    public func count(_ status: TrialStatus) -> Int { trials.count { $0.status == status } }
}
