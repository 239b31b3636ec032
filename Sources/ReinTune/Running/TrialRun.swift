import ReinCheckpoints

/// A trial that runs: its folder, its worker, and what it is at.
final class TrialRun {
    /// What a trial is at.
    enum Stage {
        /// It waits for resources for its next step.
        case waiting
        /// Its worker is at work.
        case working
        /// It has something to say that nobody has decided on.
        case reporting(TrialReport)
        /// What it said was decided on, and is carried out.
        case decided
    }

    /// What becomes of a trial after what it is at.
    enum Order: Equatable {
        /// It trains on.
        case proceed
        /// It ends, for now or for good.
        case leave(saving: Bool)
    }

    let id: TrialID
    let index: Int
    /// The path of its folder.
    let folder: String
    /// What is done with its worker; nil when it could not even be begun.
    var work: TrialWork?
    /// What its settings need.
    var resources = PlacementGroup.oneCPU
    var reservation: ResourceReservation?
    /// Where the resources are that it has or had: it goes on with the same GPUs.
    var place: ResourceReservation?
    var log: TrialLog?
    var stage = Stage.waiting
    var order = Order.proceed
    /// Whether nobody wants to hear of it any more.
    var isDismissed = false
    /// The newest result.
    var result: TrainableResult?
    /// Whether a checkpoint was made after the newest result.
    var isSaved = false
    /// The checkpoint that it goes on from.
    var hold: CheckpointHold?
    /// The checkpoint that others may take over.
    var offer: CheckpointHold?
    /// Whether there was nothing to be taken over from another trial, although that was decided.
    var hasNothingTakenOver = false
    /// Whether it goes on from another trial's checkpoint, and had no result before it began.
    var goesOnFromOther = false

    init(_ record: TrialRecord, folder: String) {
        id = record.id
        index = record.index
        self.folder = folder
    }
}

/// What a trial has to say.
enum TrialReport: Sendable {
    /// Its trainable is there, and goes on from a checkpoint if there is one.
    case prepared(Beginning)
    /// A result; and whether a checkpoint was made after it.
    case result(TrainableResult, isSaved: Bool)
    /// It has come to its end without another result.
    case returned
    /// It has failed.
    case failed(String, isRestoring: Bool)

    /// How a trial has begun.
    struct Beginning: Sendable {
        /// The result before the checkpoint that it goes on from; nil without one.
        var lastResult: TrainableResult?
        /// The checkpoint, which a function may read for as long as it runs.
        var hold: CheckpointHold?
        /// Whether that was another trial's, so that the result is none of this one's.
        var isTakenOver = false
        /// The checkpoints that could not be restored, each with the reason.
        var skipped: [String] = []
    }
}

/// What is told to whoever decides.
enum ExperimentMessage: Sendable {
    /// A trial has something to say.
    case trial(TrialID, TrialReport)
    /// A worker has ended a trial, and can be used for another one.
    case retired(TrialID, any Worker, problem: String?)
    /// Time has passed.
    case tick
    /// The experiment is to end for now; said once more, at once.
    case interrupted
}
