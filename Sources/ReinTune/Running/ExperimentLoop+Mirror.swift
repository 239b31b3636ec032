import ReinCheckpoints

/// How the experiment comes to where it lies, when that is not the folder in which it works.
extension ExperimentLoop {
    /// The checkpoints of the trials that have a worker.
    var openStores: [CheckpointStore] {
        (Array(runs.values) + Array(retiring.values)).compactMap { $0.work?.store }
    }

    /// Brings over what has changed, when it is time for that. Between two turns nobody but workers writes in the folder.
    ///
    /// - Throws: `StateError` with `.inUse` when somebody else has gone on with the experiment.
    func bringOver() async throws(StateError) {
        guard let mirror, !isClosing, mirror.isDue(at: seconds) else { return }
        try await mirror.bring(holding: openStores, at: seconds)
        warnings += mirror.takeWarnings()
    }
}
