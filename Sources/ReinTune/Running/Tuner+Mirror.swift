import ReinCheckpoints

/// Experiments that lie in a storage.
extension Tuner {
    /// The shortest time between two times that an experiment is brought to its storage, in seconds.
    ///
    /// - Throws: `StateError` for a time below 0.
    var mirrorSeconds: Double {
        get throws(StateError) {
            guard mirrorInterval >= .zero else {
                throw StateError(
                    .outOfRange, "\(mirrorInterval) is out of range (allowed: 0 seconds and more)",
                    path: "mirrorInterval")
            }
            return mirrorInterval / .seconds(1)
        }
    }

    /// Runs an experiment here, and brings it to where it lies.
    ///
    /// - Parameter body: runs it in the folder of this machine.
    /// - Throws: what `body` throws; a `StateError` says where the folder is if it stays.
    func run(
        _ experiment: MirroredExperiment, at uri: StorageURI,
        _ body: () async throws -> Outcome
    ) async throws -> Outcome {
        let mirror = experiment.mirror
        let outcome: Outcome
        do {
            outcome = try await body()
        } catch {
            guard try LocalFile.exists("\(experiment.folder)/\(ExperimentJournal.fileName)") else {
                await mirror.abandon()
                experiment.discard()
                throw error
            }
            // What another one has gone on with is theirs.
            let isOurs = (error as? StateError)?.code != .inUse
            if isOurs, await mirror.finish() == nil {
                experiment.discard()
                throw error
            }
            guard let error = error as? StateError else { throw error }
            throw StateError(
                error.code, "\(error.message); what was done here is in \(experiment.folder)", path: error.path)
        }
        var warnings = outcome.warnings
        let problem = await mirror.finish()
        warnings += mirror.takeWarnings()
        if let problem {
            warnings.append(
                "\(problem); not all of the experiment is at \(uri.place), but it is in \(experiment.folder), "
                    + "where it can be resumed")
        } else {
            experiment.discard()
        }
        return Outcome(
            folder: uri.description, trials: outcome.trials, isFinished: outcome.isFinished, warnings: warnings)
    }
}
