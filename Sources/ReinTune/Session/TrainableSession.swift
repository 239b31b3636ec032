public import ReinCheckpoints
import Synchronization

/// What a function trainable is told, and whom it reports to.
public final class TrainableSession: Sendable {
    /// Where the function runs: ids, names, parameters.
    public let context: TrainableContext
    /// The checkpoint to go on from; nil at the start of training.
    public let checkpoint: Checkpoint?
    private let exchange: ReportExchange
    private let temporaryFolder: TemporaryFolder

    init(
        _ context: TrainableContext, checkpoint: Checkpoint?, _ exchange: ReportExchange,
        _ temporaryFolder: TemporaryFolder
    ) {
        self.context = context
        self.checkpoint = checkpoint
        self.exchange = exchange
        self.temporaryFolder = temporaryFolder
    }

    /// The id of the trial.
    public var trialID: String { context.trialID }
    /// The name of the trial.
    public var trialName: String { context.trialName }
    /// The name of the experiment; nil when there is none.
    public var experimentName: String? { context.experimentName }

    /// The directory for what the function writes. The working directory of the process stays what it is.
    ///
    /// - Throws: `StateError` when a temporary one is needed and cannot be made.
    public func folder() throws(StateError) -> String {
        if let folder = context.folder { return folder }
        return try temporaryFolder.path()
    }

    /// Reports a result, and waits until more is wanted.
    ///
    /// - Parameters:
    ///   - result: the metrics; whether it is the last, and what was counted.
    ///   - checkpoint: a checkpoint that training can go on from here with. That of a directory is copied before this
    ///     returns, if whoever trains keeps it.
    ///   - takingOver: whether the directory is moved instead of copied; it is then gone, once the checkpoint is complete.
    /// - Throws: `CancellationError` when no more is wanted, since the function should end or has ended, and when the task
    ///   that reports is cancelled. `StateError` for a `checkpoint` that is to be taken over and is in no directory, and for
    ///   a result that asks for a checkpoint without giving one.
    public func report(
        _ result: StepResult, checkpoint: Checkpoint? = nil, takingOver: Bool = false
    ) async throws {
        if takingOver, checkpoint?.path == nil {
            throw StateError(.outOfRange, "only a checkpoint in a directory can be taken over", path: "report")
        }
        if result.shouldCheckpoint, checkpoint == nil {
            throw StateError(
                .missingKey, "a function gives the checkpoint that its result asks for", path: "report: checkpoint")
        }
        try await exchange.report(Report(result: result, checkpoint: checkpoint, takesOver: takingOver))
    }

    /// Reports metrics, and waits until more is wanted; see `report` with a `StepResult`.
    ///
    /// - Throws: as there.
    public func report(
        _ metrics: StateMap, checkpoint: Checkpoint? = nil, takingOver: Bool = false
    ) async throws {
        try await report(StepResult(metrics), checkpoint: checkpoint, takingOver: takingOver)
    }
}

/// What a function reports at a time.
struct Report: Sendable {
    var result: StepResult
    var checkpoint: Checkpoint?
    var takesOver = false
}
