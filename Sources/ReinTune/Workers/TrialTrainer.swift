import ReinCheckpoints

/// Trains trials one after the other, each with a trainable of its own or with that of the last one, made to begin again.
final class TrialTrainer {
    private var driver: TrainableDriver?
    /// Whether the driver waits for its next trial.
    private var isKept = false
    /// Whether something went wrong, so that the driver is of no use any more.
    private var hasFailed = false

    /// Makes the trainable of a trial, or resets the one that was kept.
    ///
    /// - Throws: what the trainable throws.
    func prepare(_ definition: TrainableDefinition, _ start: TrialStart) async throws {
        if let driver, isKept, driver.definition.name == definition.name {
            isKept = false
            return try await watching {
                try await driver.reset(configuration: start.configuration, context: start.context)
            }
        }
        // Its trial is over, however it ended.
        try? await end()
        driver = try await TrainableDriver(definition, configuration: start.configuration, context: start.context)
    }

    /// Goes on from a checkpoint; see `Worker.restore(from:)`.
    ///
    /// - Throws: what the trainable throws, and `StateError` for a checkpoint that cannot be read.
    func restore(from directory: String) async throws -> TrainableResult? {
        let driver = try current()
        try await watching { _ = try await driver.restore(from: directory) }
        return driver.lastTrained
    }

    /// Trains on to the next result.
    ///
    /// - Throws: what the trainable throws.
    func step() async throws -> TrainableResult {
        let driver = try current()
        return try await watching { try await driver.train() }
    }

    /// Writes a checkpoint.
    ///
    /// - Throws: what the trainable throws, and `StateError` when it cannot be written.
    func save(to directory: String, synchronizing: Bool) async throws {
        let driver = try current()
        try await watching { _ = try await driver.save(to: directory, synchronizing: synchronizing) }
    }

    /// Ends the work on a trial; see `Worker.release(keeping:)`.
    ///
    /// - Throws: what the trainable throws at its end.
    func release(keeping: Bool) async throws {
        guard let driver else { return }
        guard keeping, !hasFailed, driver.trainable is any Resettable else { return try await end() }
        try await watching { try driver.closeRecords() }
        isKept = true
    }

    private func end() async throws {
        defer { (driver, isKept, hasFailed) = (nil, false, false) }
        try await driver?.stop()
    }

    private func current() throws(StateError) -> TrainableDriver {
        guard let driver, !isKept else { throw StateError(.unavailable, "no trial was prepared") }
        return driver
    }

    private func watching<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch {
            hasFailed = true
            throw error
        }
    }
}
