public import ReinCheckpoints

extension TrainableDriver {
    /// Begins again with other settings, from step 0, without making the trainable anew.
    ///
    /// - Parameters:
    ///   - configuration: the settings.
    ///   - context: where it runs from now on; where it ran when nil.
    /// - Throws: what the trainable throws, and `StateError` when it is not `Resettable`. Settings and counts are then
    ///   what they were.
    public func reset(
        configuration: StateMap, context: TrainableContext? = nil
    ) async throws {
        try await working("reset", evenUnfit: true) {
            let context = (context ?? self.context).sharing(definition.parameters)
            if let folder = context.folder { try LocalFile.makeDirectories(folder) }
            try log?.finish()
            guard try await trainable.resetIfAble(configuration, context) else {
                throw StateError(
                    .unsupportedFormat, "cannot begin again: \(type(of: trainable)) is not Resettable; make a new one",
                    path: definition.name)
            }
            unfitness = nil
            log = nil
            self.configuration = configuration
            self.context = context
            progress = TrainableProgress(experimentID: progress.experimentID)
            progress.parameterNames = context.parameters.names
            sinceRestore = SinceRestore()
        }
    }

    /// Ends everything: a function is sent home from its next report, the trainable gives back what it has, the records
    /// are closed. Afterwards nothing can be done but asking what was counted. Stopping again does nothing.
    ///
    /// - Throws: what the trainable throws, and `StateError` when the records cannot be written, or when a function does
    ///   not end. It is stopped all the same.
    public func stop() async throws {
        guard !isStopped else { return }
        try await working("stop", evenUnfit: true) {
            isStopped = true
            var problem: (any Error)?
            do { try await function?.end() } catch { problem = error }
            do { try await trainable.cleanUpIfAble() } catch { problem = problem ?? error }
            do { try log?.finish() } catch { problem = problem ?? error }
            log = nil
            if let problem { throw problem }
        }
    }

    /// Writes out what is noted of results until now.
    ///
    /// - Throws: `StateError` when it cannot be written.
    func closeRecords() throws(StateError) {
        try log?.finish()
        log = nil
    }
}
