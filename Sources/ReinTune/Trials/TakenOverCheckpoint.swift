import ReinCheckpoints

/// A copy of another trial's checkpoint, from which a trial goes on when it begins the next time.
///
/// It lies in a hidden folder of the trial until then. There the journal may know of it or not when the process is killed:
/// only one that it knows of becomes a checkpoint of the trial.
struct TakenOverCheckpoint {
    /// The name of that folder.
    static let folderName = ".taken-over"
    private static let checkpointName = "checkpoint"
    private static let metricsName = "metrics.json"
    private static let refusalName = "nothing"
    /// What the metrics of such a checkpoint have in the store of its new owner.
    private static let mark = "taken_over"

    private let path: String

    /// The one in the folder of a trial, whether it is there or not.
    init(in trialFolder: String) { path = "\(trialFolder)/\(Self.folderName)" }

    /// Whether a checkpoint in the store of a trial was another one's, so that its result is not the trial's.
    static func isOrigin(of checkpoint: StoredCheckpoint) -> Bool { checkpoint.metrics.metric(mark) == .bool(true) }

    /// The checkpoint of a trial that others may take over: the newest that belongs to a result which was judged. Nil when
    /// there is none.
    ///
    /// A worker makes checkpoints before anybody has heard of the result; how far it is ahead is a matter of luck.
    ///
    /// - Parameters:
    ///   - store: the checkpoints of the trial.
    ///   - held: one that is held, and is perhaps none of those that stay any more.
    ///   - iteration: the number of the newest result that was judged.
    ///   - hasTakenOver: whether the trial itself goes on from another one's and has had no result since.
    static func offered(
        by store: CheckpointStore, holding held: StoredCheckpoint? = nil, judged iteration: Int, hasTakenOver: Bool
    ) -> StoredCheckpoint? {
        let isOffered = isOffered(judged: iteration, hasTakenOver: hasTakenOver)
        let staying = store.checkpoints.last(where: isOffered)
        guard let held, isOffered(held), held.index > staying?.index ?? -1 else { return staying }
        return held
    }

    /// What tells checkpoints of a trial that others may take over.
    ///
    /// - Parameters:
    ///   - iteration: the number of the newest result that was judged.
    ///   - hasTakenOver: whether the trial itself goes on from another one's and has had no result since.
    static func isOffered(judged iteration: Int, hasTakenOver: Bool) -> @Sendable (StoredCheckpoint) -> Bool {
        { stored in isOrigin(of: stored) || (!hasTakenOver && (stored.metrics.iteration ?? 0) <= iteration) }
    }

    /// Copies a checkpoint of another trial, which is held.
    ///
    /// - Throws: `StateError` when it cannot be copied.
    func stage(_ offered: StoredCheckpoint, synchronizing: Bool) throws(StateError) {
        try stage(Checkpoint(directory: offered.path), offered.metrics, synchronizing: synchronizing)
    }

    /// Copies what another trial is about to go on from, and has not begun to yet.
    ///
    /// - Returns: whether there is any.
    /// - Throws: `StateError` when it cannot be copied.
    func stage(from other: TakenOverCheckpoint, synchronizing: Bool) throws(StateError) -> Bool {
        guard try other.isThere else { return false }
        try stage(
            Checkpoint(directory: "\(other.path)/\(Self.checkpointName)"), other.metrics, synchronizing: synchronizing)
        return true
    }

    private func stage(
        _ checkpoint: Checkpoint, _ metrics: StateTree, synchronizing: Bool
    ) throws(StateError) {
        discard()
        try LocalFile.makeDirectories(path)
        try LocalFile.replace("\(path)/\(Self.metricsName)", with: TreeLine.text(of: metrics) + "\n")
        // Written last and at one stroke: when it is there, everything is.
        try checkpoint.write(to: "\(path)/\(Self.checkpointName)", synchronizing: synchronizing)
    }

    /// Notes that there is nothing to be taken over: the trial goes on from where it was.
    ///
    /// - Throws: `StateError` when that cannot be written.
    func refuse() throws(StateError) {
        discard()
        try LocalFile.makeDirectories(path)
        try LocalFile.replace("\(path)/\(Self.refusalName)", with: "")
    }

    /// Whether there was nothing to be taken over.
    var isRefused: Bool { (try? LocalFile.exists("\(path)/\(Self.refusalName)")) ?? false }

    /// Makes it the newest checkpoint of the trial, if it is there.
    ///
    /// - Throws: `StateError` when that fails.
    func register(in store: CheckpointStore, synchronizing: Bool) throws {
        guard !isRefused else { return }
        guard try isThere else { return discard() }
        guard case .map(var metrics) = try metrics else {
            throw StateError(.malformed, "are not the metrics of a checkpoint", path: "\(path)/\(Self.metricsName)")
        }
        metrics[Self.mark] = true
        let checkpoint = try Checkpoint(directory: "\(path)/\(Self.checkpointName)")
        try store.add(metrics: .map(metrics)) { place in try checkpoint.write(to: place, synchronizing: synchronizing) }
        discard()
    }

    /// Removes it.
    func discard() { LocalFile.removeTemporaryDirectory(path) }

    private var isThere: Bool {
        get throws(StateError) { try LocalFile.isDirectory("\(path)/\(Self.checkpointName)") }
    }

    private var metrics: StateTree {
        get throws(StateError) {
            try TreeLine.tree(in: LocalFile.read("\(path)/\(Self.metricsName)", limit: LineFile.lineLimit))
        }
    }
}
