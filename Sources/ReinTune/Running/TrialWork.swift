import ReinCheckpoints

/// What is done with a worker: everything that takes long, away from whoever decides.
struct TrialWork: Sendable {
    let id: TrialID
    let worker: any Worker
    let store: CheckpointStore
    let style: TrainableDefinition.Style
    let limits: WorkerLimits
    let synchronizes: Bool

    /// Makes the trainable, and restores the newest checkpoint that is good.
    func prepare(_ start: TrialStart) async -> TrialReport {
        do {
            try await worker.within(limits.start, "the start") { try await worker.prepare(start) }
        } catch {
            return .failed("\(error)", isRestoring: false)
        }
        var beginning = TrialReport.Beginning()
        for stored in store.checkpoints.reversed() {
            do {
                let hold = try store.hold(stored.index)
                beginning.lastResult = try await worker.within(limits.start, "restoring") {
                    try await worker.restore(from: stored.path)
                }
                beginning.hold = hold
                beginning.isTakenOver = TakenOverCheckpoint.isOrigin(of: stored)
                return .prepared(beginning)
            } catch {
                beginning.skipped.append("\(stored.path) cannot be restored and is passed over: \(error)")
            }
        }
        guard !beginning.skipped.isEmpty else { return .prepared(beginning) }
        return .failed(
            "none of its checkpoints can be restored: \(beginning.skipped.joined(separator: "; "))", isRestoring: true)
    }

    /// Trains on to the next result, and makes a checkpoint after it if the settings say so.
    func step(_ checkpoints: CheckpointConfig) async -> TrialReport {
        do {
            let next = try await worker.within(limits.step, "a step") { try await worker.nextResult() }
            guard let result = next else { return .returned }
            let isDue =
                switch style {
                case .function: result.shouldCheckpoint
                case .type:
                    checkpoints.shouldCheckpoint(
                        iteration: result.iteration, done: result.done, requested: result.shouldCheckpoint)
                }
            if isDue { return .result(try await save(result.metrics), isSaved: true, like: result) }
            return .result(result, isSaved: false)
        } catch {
            return .failed("\(error)", isRestoring: false)
        }
    }

    /// Makes a checkpoint after a result, which gets its name: readers of results look for it.
    ///
    /// - Returns: the result as it is to be noted.
    func save(_ metrics: StateMap) async throws -> StateMap {
        let index = try store.begin()
        let place = store.path(of: index)
        do {
            var metrics = metrics
            metrics[MetricName.configuration] = nil
            metrics[MetricName.checkpointName] = .string(lastComponent(of: place))
            try await worker.within(limits.save, "a checkpoint") {
                try await worker.save(to: place, synchronizing: synchronizes)
            }
            try store.register(index, metrics: .map(metrics))
            return metrics
        } catch {
            store.abandon(index, after: error)
            throw error
        }
    }

    /// Ends the work on the trial.
    ///
    /// - Returns: what went wrong.
    func release(keeping: Bool) async -> String? {
        do {
            try await worker.within(limits.end, "the end") { try await worker.release(keeping: keeping) }
            return nil
        } catch {
            worker.kill()
            return "\(error)"
        }
    }
}

extension TrialReport {
    /// A result with other metrics.
    fileprivate static func result(_ metrics: StateMap, isSaved: Bool, like result: TrainableResult) -> TrialReport {
        var result = result
        result.metrics = metrics
        return .result(result, isSaved: isSaved)
    }
}
