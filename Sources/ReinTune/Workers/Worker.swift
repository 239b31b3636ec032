/// What trains trials, one after the other: in this process, or in one of its own.
///
/// Calls come one at a time, in this order: `prepare`, `restore` if there is a checkpoint, `step` and `save` as often as is
/// wanted, `release`; then perhaps the next trial. After an error, only `release` and `prepare` make sense. `kill` may
/// come at any time, from any task.
protocol Worker: AnyObject, Sendable {
    /// Makes the trainable of a trial. One of an earlier trial that was kept is reset instead, if it is `Resettable`.
    ///
    /// - Throws: what the trainable throws, and `StateError` when the worker cannot be used.
    func prepare(_ start: TrialStart) async throws

    /// Lets the trainable go on from a checkpoint.
    ///
    /// - Parameter directory: the checkpoint's absolute path.
    /// - Returns: the last result before the checkpoint, as one that is not to be counted again; nil if there is none.
    /// - Throws: what the trainable throws, and `StateError` for a checkpoint that cannot be read.
    func restore(from directory: String) async throws -> TrainableResult?

    /// Trains on to the next result.
    ///
    /// - Throws: what the trainable throws.
    func step() async throws -> TrainableResult

    /// Writes a checkpoint, beside its place first, and renames it.
    ///
    /// - Parameters:
    ///   - directory: the absolute path that the checkpoint gets.
    ///   - synchronizing: whether to wait until it is on the disk.
    /// - Throws: what the trainable throws, and `StateError` when it cannot be written.
    func save(to directory: String, synchronizing: Bool) async throws

    /// Ends the work on a trial.
    ///
    /// - Parameter keeping: whether a `Resettable` trainable is kept for the next trial. Every other one is stopped.
    /// - Throws: what the trainable throws at its end.
    func release(keeping: Bool) async throws

    /// Ends everything at once: what is awaited throws. A thread that never comes back is left to itself.
    func kill()
}

extension Worker {
    /// Trains on to the next result, and says whether there is any: a function may have come to its end.
    func nextResult() async throws -> TrainableResult? {
        let result = try await step()
        return result.isRepeated ? nil : result
    }
}
