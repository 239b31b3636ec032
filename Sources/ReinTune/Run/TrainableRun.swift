public import ReinCheckpoints

/// Trains a trainable to its end, without a tuner: results go to a folder, checkpoints are made and kept as the settings
/// say, and what was interrupted goes on where its last checkpoint was.
///
///     var run = TrainableRun(TrainableDefinition(Regression.self), configuration: ["rate": 0.1])
///     run.context.folder = "runs/regression"
///     run.checkpoints = try CheckpointConfig(numToKeep: 2, scoreAttribute: "loss", scoreOrder: .min, frequency: 10)
///     let outcome = try await run.run { result in result.iteration == 100 }
///
/// The folder gets `params.json`, `result.json`, `progress.csv` and `checkpoint_000000`, `checkpoint_000001` ..., which are
/// numbered by themselves, not by steps. Without a folder nothing is written: the last state comes back in memory.
public struct TrainableRun: Sendable {
    /// What is trained.
    public var definition: TrainableDefinition
    /// Its settings.
    public var configuration: StateMap
    /// Where it runs; its folder decides whether anything is written.
    public var context: TrainableContext
    /// When checkpoints are made, and which stay.
    public var checkpoints: CheckpointConfig
    /// Whether to wait until each checkpoint is on the disk, so that it survives a power failure.
    public var synchronizesCheckpoints = true

    /// Prepares a run.
    public init(
        _ definition: TrainableDefinition, configuration: StateMap = [:],
        context: TrainableContext = TrainableContext(), checkpoints: CheckpointConfig = .standard
    ) {
        self.definition = definition
        self.configuration = configuration
        self.context = context
        self.checkpoints = checkpoints
    }

    /// What a run came to.
    public struct Outcome: Sendable {
        /// The last result; empty when there was none.
        public var lastResult: StateMap
        /// The number of steps since the start of training.
        public var iteration: Int
        /// The last checkpoint: in the folder, or in memory without one; nil when none was made.
        public var checkpoint: Checkpoint?
        /// The checkpoint of the best score, if there is a folder and any checkpoint in it.
        public var best: StoredCheckpoint?
        /// What a person should know: checkpoints that were passed over, records that could not be written.
        public var warnings: [String] = []
    }

    /// Trains until the trainable is done, or until somebody says that it is enough.
    ///
    /// - Parameter isEnough: asked after each result, before its checkpoint is made; and before the first step of a run that
    ///   goes on, with the last result, which is then a repeated one.
    /// - Throws: what the trainable and `isEnough` throw, `CancellationError`, and `StateError` for settings that do not
    ///   suit, a folder that is in use, and what cannot be written. The trainable is stopped, and what the last checkpoint
    ///   has is not lost.
    public func run(until isEnough: (TrainableResult) throws -> Bool = { _ in false }) async throws -> Outcome {
        if definition.style == .function { try checkpoints.validateForFunction() }
        guard let folder = context.folder else { return try await runInMemory(until: isEnough) }
        let records = try RunFolder(folder, configuration, checkpoints, synchronizing: synchronizesCheckpoints)
        let driver = try await TrainableDriver(definition, configuration: configuration, context: context)
        do {
            try await records.resume(driver)
            try records.openLog(after: driver.iteration)
            // A run that had come to its end stays there.
            var hasEnded = try driver.lastTrained.map { try $0.done || isEnough($0) } ?? false
            while !hasEnded {
                var result = try await driver.train()
                if result.isRepeated { break }
                let isLast = try isEnough(result) || result.done
                if isLast { result.end() }
                if shouldCheckpoint(result, isLast) {
                    try await records.note(&result, savedBy: driver, definition.style)
                } else {
                    records.note(result, configuration)
                }
                hasEnded = isLast
            }
        } catch {
            try? await driver.stop()
            _ = try? records.finish()
            throw error
        }
        try await driver.stop()
        return try records.outcome(of: driver)
    }

    private func shouldCheckpoint(_ result: TrainableResult, _ isLast: Bool) -> Bool {
        switch definition.style {
        case .function: result.shouldCheckpoint
        case .type:
            checkpoints.shouldCheckpoint(
                iteration: result.iteration, done: isLast, requested: result.shouldCheckpoint)
        }
    }

    private func runInMemory(until isEnough: (TrainableResult) throws -> Bool) async throws -> Outcome {
        guard checkpoints.frequency == 0 else {
            throw StateError(.outOfRange, "checkpoints in between need a folder", path: "frequency")
        }
        let driver = try await TrainableDriver(definition, configuration: configuration, context: context)
        var outcome = Outcome(lastResult: [:], iteration: 0)
        do {
            while true {
                let result = try await driver.train()
                if result.isRepeated { break }
                let isLast = try isEnough(result) || result.done
                if shouldCheckpoint(result, isLast) { outcome.checkpoint = try await driver.saveToObject() }
                if isLast { break }
            }
        } catch {
            try? await driver.stop()
            throw error
        }
        try await driver.stop()
        outcome.lastResult = driver.lastResult
        outcome.iteration = driver.iteration
        return outcome
    }
}

extension Trainable {
    /// Trains until the trainable is done, or until somebody says that it is enough; see `TrainableRun`.
    ///
    /// - Parameters:
    ///   - configuration: the settings.
    ///   - folder: where results and checkpoints go; nil for nowhere.
    ///   - checkpoints: when checkpoints are made, and which stay.
    ///   - isEnough: asked after each result, before its checkpoint is made.
    /// - Throws: as `TrainableRun.run(until:)`.
    public static func run(
        configuration: StateMap = [:], in folder: String? = nil, checkpoints: CheckpointConfig = .standard,
        until isEnough: (TrainableResult) throws -> Bool = { _ in false }
    ) async throws -> TrainableRun.Outcome {
        var run = TrainableRun(
            TrainableDefinition(Self.self), configuration: configuration, checkpoints: checkpoints)
        run.context.folder = folder
        return try await run.run(until: isEnough)
    }
}
