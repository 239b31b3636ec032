import ReinCheckpoints

/// A copy of another trial's checkpoint, from which a trial goes on when it begins the next time.
///
/// It lies in a hidden folder of the trial until then. There the journal may know of it or not when the process is killed:
/// only one that it knows of becomes a checkpoint of the trial.
struct TakenOverCheckpoint {
    private static let folderName = ".taken-over"
    private static let checkpointName = "checkpoint"
    private static let metricsName = "metrics.json"

    private let path: String

    /// The one in the folder of a trial, whether it is there or not.
    init(in trialFolder: String) { path = "\(trialFolder)/\(Self.folderName)" }

    /// Copies the newest checkpoint of another trial.
    ///
    /// - Throws: `StateError` when it has none, or when it cannot be copied.
    func stage(from store: CheckpointStore, synchronizing: Bool) throws(StateError) {
        guard let newest = store.latest else {
            throw StateError(.notFound, "there is no checkpoint", path: store.path)
        }
        let hold = try store.hold(newest.index)
        defer { hold.release() }
        discard()
        try LocalFile.makeDirectories(path)
        try LocalFile.replace("\(path)/\(Self.metricsName)", with: TreeLine.text(of: newest.metrics) + "\n")
        // Written last and at one stroke: when it is there, everything is.
        try Checkpoint(directory: newest.path).write(
            to: "\(path)/\(Self.checkpointName)", synchronizing: synchronizing)
    }

    /// Makes it the newest checkpoint of the trial, if it is there.
    ///
    /// - Throws: `StateError` when that fails.
    func register(in store: CheckpointStore, synchronizing: Bool) throws {
        guard try LocalFile.isDirectory("\(path)/\(Self.checkpointName)") else { return discard() }
        let metrics = try TreeLine.tree(in: LocalFile.read("\(path)/\(Self.metricsName)", limit: LineFile.lineLimit))
        let checkpoint = try Checkpoint(directory: "\(path)/\(Self.checkpointName)")
        try store.add(metrics: metrics) { place in try checkpoint.write(to: place, synchronizing: synchronizing) }
        discard()
    }

    /// Removes it.
    func discard() { LocalFile.removeTemporaryDirectory(path) }
}
