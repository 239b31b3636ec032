extension Checkpoint {
    /// Makes a directory that somebody fills with files of his own, whole or not at all: it is put together in a hidden
    /// place and gets its name at the end.
    ///
    /// - Parameters:
    ///   - path: the directory to make. Its parent must exist.
    ///   - replacingExisting: whether a checkpoint, or an empty directory, at `path` may be replaced at one stroke.
    ///   - synchronizing: whether to wait until everything is on the disk.
    ///   - progress: what a driver keeps there, with the checksums of the files; see `setProgress`.
    ///   - isolation: where `write` runs.
    ///   - write: fills the directory whose path it gets, which is there and empty. It may also write a checkpoint in its
    ///     place.
    /// - Returns: the checkpoint in that directory.
    /// - Throws: `StateError` with `.alreadyExists` when `path` is taken, or that says what could not be written; and what
    ///   `write` throws. There is then nothing new.
    package static func makeDirectory(
        at path: String, replacingExisting: Bool, synchronizing: Bool, progress: StateMap,
        isolation: isolated (any Actor)? = #isolation, write: (_ path: String) async throws -> Void
    ) async throws -> Checkpoint {
        _ = try ProgressFile(progress).bytes()
        let place = try NewDirectory(
            at: path, replacing: replacingExisting ? .allowed : .refused, isNested: true)
        do {
            try place.reached(.begun)
            try await write(place.inner().path)
            try ProgressFile.put(progress, in: place.inner())
            try place.reached(.fileWritten)
            try place.finish(synchronizing: synchronizing)
        } catch {
            place.abandon()
            guard let failure = error as? StateError else { throw error }
            throw place.namingDestination(failure)
        }
        return try Checkpoint(directory: place.destination)
    }
}
