import ReinCheckpoints

/// The folder of a run: its checkpoints and its records.
final class RunFolder {
    private let path: String
    private let isSynchronizing: Bool
    private let store: CheckpointStore
    private var log: ResultLog?
    private var warnings: [String] = []

    /// Opens the folder, and makes it when it is not there.
    ///
    /// - Throws: `StateError` when somebody else has it, or it cannot be written.
    init(
        _ path: String, _ configuration: StateMap, _ checkpoints: CheckpointConfig, synchronizing: Bool
    ) throws(StateError) {
        self.path = path
        isSynchronizing = synchronizing
        store = try CheckpointStore(at: path, config: checkpoints, synchronizing: synchronizing)
        // Nobody else has the folder now: what a killed process was about to replace goes.
        CheckpointDirectory.removeRemains(in: path, andOf: Self.files)
        try LocalFile.replace("\(path)/params.json", with: JSON.text(.map(configuration), pretty: true) + "\n")
    }

    private static let files = ["params.json", "progress.csv", "result.json"]

    /// Goes on from the newest checkpoint that is good, if there is one.
    func resume(_ driver: TrainableDriver) async throws {
        for stored in store.checkpoints.reversed() {
            do {
                // Held for as long as a function may read it.
                try await driver.restore(from: store.checkpoint(stored.index))
                return
            } catch let error as CancellationError {
                throw error
            } catch {
                warnings.append("\(stored.path) cannot be restored and is passed over: \(error)")
            }
        }
        guard let newest = store.latest else { return }
        throw StateError(
            .notFound, "none of its checkpoints can be restored: \(warnings.joined(separator: "; "))",
            path: newest.path)
    }

    func openLog(after iteration: Int) throws(StateError) {
        log = try ResultLog(
            table: "\(path)/progress.csv", results: "\(path)/result.json", numberedBy: MetricName.trainingIteration,
            continuingAfter: iteration)
    }

    /// Notes a result.
    func note(_ result: TrainableResult, _ configuration: StateMap) {
        var row = result.metrics
        row[MetricName.configuration] = nil
        log?.append(.map(row), details: [MetricName.configuration: .map(configuration)])
    }

    /// Notes a result and saves what is there under the next index. The result comes first: whoever goes on from an earlier
    /// checkpoint removes it, and whoever goes on from this one does not come to it again.
    func note(
        _ result: inout TrainableResult, savedBy driver: TrainableDriver, _ style: TrainableDefinition.Style
    ) async throws {
        let index = try store.begin()
        let place = store.path(of: index)
        do {
            if style == .function { result.metrics[MetricName.checkpointName] = .string(lastComponent(of: place)) }
            note(result, driver.configuration)
            try await driver.save(to: place, synchronizing: isSynchronizing)
            try store.register(index, metrics: .map(result.metrics))
        } catch {
            store.abandon(index, after: error)
            throw error
        }
    }

    /// Closes the records.
    ///
    /// - Returns: what a person should know.
    func finish() throws(StateError) -> [String] {
        warnings += store.takeWarnings() + (log?.takeWarnings() ?? [])
        try log?.finish()
        return warnings
    }

    func outcome(of driver: TrainableDriver) throws(StateError) -> TrainableRun.Outcome {
        TrainableRun.Outcome(
            lastResult: driver.lastResult, iteration: driver.iteration,
            checkpoint: try store.latest.map { stored throws(StateError) in try Checkpoint(directory: stored.path) },
            best: store.best, warnings: try finish())
    }
}
