/// Ways to stop writers in the middle, and to see what they share, for tests.
extension CheckpointWriter {
    /// How far a writer has come.
    enum Stage: Sendable {
        case begun, fileWritten, complete, renamed
    }

    /// How a writer is stopped.
    enum Interruption: Sendable {
        /// By an error, which it cleans up after.
        case failure
        /// By the end of its process: whatever lies on the disk stays.
        case kill
    }

    /// Asked at each stage, by every thread, whether to stop the writer there.
    @TaskLocal static var interruption: (@Sendable (Stage) -> Interruption?)?

    /// Whether writers try to clone files before they make links, which can be told by looking.
    @TaskLocal static var clonesFiles = true

    func reached(_ stage: Stage) throws(StateError) { try place.reached(stage) }
}
