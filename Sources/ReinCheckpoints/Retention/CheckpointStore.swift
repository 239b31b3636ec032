import Synchronization

/// A folder of checkpoints `checkpoint_000000`, `checkpoint_000001` ... of which the best ones and the latest stay.
///
///     let store = try CheckpointStore(at: "trial", config: CheckpointConfig(numToKeep: 2, scoreAttribute: "return"))
///     try store.add(metrics: ["return": 71.5]) { path in try algorithm.save(to: path) }
///     let resumed = try PPO(restoring: store.latest!.path)
///
/// One store at a time has the folder, whatever the process. A journal in it says first what is then done, so that a
/// process that is killed at any moment leaves the checkpoints as they were before the step it was at, or after it; what
/// else it leaves is removed when the folder is opened again. An index is never used twice. What somebody else put into
/// the folder stays there and does not count.
///
/// It is a class because it owns the folder: those who share it see the same checkpoints, and hold the same ones. It may be
/// used from several tasks.
public final class CheckpointStore: Sendable {
    /// The path of the folder.
    public let path: String
    /// How many checkpoints stay, and by which score.
    public let config: CheckpointConfig
    private let folder: Mutex<CheckpointFolder>

    /// Opens a folder, and makes it when it is not there. What is no longer to be kept by these settings is deleted.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - config: how many checkpoints stay, and by which score.
    ///   - synchronizing: whether a checkpoint that is registered stays so also after a power failure, if its files do.
    /// - Throws: `StateError` with `.inUse` when another store has the folder, or that says what is wrong with it or with
    ///   its journal.
    public convenience init(at path: String, config: CheckpointConfig, synchronizing: Bool = true) throws(StateError) {
        try self.init(at: path, config: config, synchronizing: synchronizing) { _ in false }
    }

    private init(
        at path: String, config: CheckpointConfig, synchronizing: Bool,
        holding isHeld: @Sendable (StoredCheckpoint) -> Bool
    ) throws(StateError) {
        self.path = path
        self.config = config
        try LocalFile.makeDirectories(path)
        folder = Mutex(
            try CheckpointFolder(at: path, config: config, synchronizing: synchronizing, holding: isHeld))
    }

    /// Opens a folder in which a checkpoint is wanted that is perhaps no longer one of those to be kept: one that was held
    /// when the folder was closed, or the process was killed, is still there.
    ///
    /// - Parameter isHeld: says which ones are wanted, of which the newest is held.
    /// - Returns: the store, and the hold if there is such a checkpoint.
    /// - Throws: as `init(at:config:synchronizing:)`.
    package static func opening(
        _ path: String, config: CheckpointConfig, synchronizing: Bool,
        holding isHeld: @Sendable (StoredCheckpoint) -> Bool
    ) throws(StateError) -> (store: CheckpointStore, hold: CheckpointHold?) {
        let store = try CheckpointStore(at: path, config: config, synchronizing: synchronizing, holding: isHeld)
        return (store, store.folder.withLock { $0.heldAtOpening }.map { CheckpointHold($0, store) })
    }

    /// The index that the next checkpoint gets, unless somebody puts a folder in its place.
    public var nextIndex: Int { folder.withLock { $0.nextIndex } }

    /// The checkpoint of the best score; nil when there is none.
    public var best: StoredCheckpoint? { folder.withLock { $0.ranking.best.flatMap($0.checkpoint) } }

    /// The newest checkpoint, from which training goes on; nil when there is none.
    public var latest: StoredCheckpoint? { folder.withLock { $0.ranking.latest.flatMap($0.checkpoint) } }

    /// The best checkpoints, as many as are to be kept, the worst of them first. The latest one is not among them when it
    /// only stays because it is the latest.
    public var bestCheckpoints: [StoredCheckpoint] {
        folder.withLock { $0.ranking.bestCheckpoints.compactMap($0.checkpoint) }
    }

    /// All checkpoints that stay at present, in the order of their making.
    public var checkpoints: [StoredCheckpoint] {
        folder.withLock { $0.ranking.retained.compactMap($0.checkpoint) }
    }

    /// What a person should know since the last call: folders that somebody removed or that cannot be deleted, and the
    /// first checkpoint that has no score.
    public func takeWarnings() -> [String] { folder.withLock { $0.takeWarnings() } }

    /// The path of the folder of a checkpoint, whether there is one or not.
    public func path(of index: Int) -> String { "\(path)/\(CheckpointName.name(index))" }

    /// Takes the next index. Whoever asks makes the folder at `path(of:)` and then registers it, or abandons it.
    ///
    /// - Throws: `StateError` when that cannot be noted.
    public func begin() throws(StateError) -> Int {
        try folder.withLock { folder throws(StateError) in try folder.begin() }
    }

    /// Adds the checkpoint of an index, which is complete in its folder, and deletes what is no longer to be kept.
    ///
    /// - Parameters:
    ///   - index: what `begin()` gave.
    ///   - metrics: the result that it was made after. It is kept and comes back after a restart.
    /// - Returns: the checkpoints that stay no longer. The folder of one that is held goes when it is released.
    /// - Throws: `StateError` for an index that was not begun or has no folder, for a tensor among the metrics, or when it
    ///   cannot be noted; it may then be registered again or abandoned.
    @discardableResult
    public func register(_ index: Int, metrics: StateTree) throws(StateError) -> [Int] {
        try folder.withLock { folder throws(StateError) in try folder.register(index, metrics: metrics) }
    }

    /// Gives an index up that was begun, and deletes what there is of its checkpoint. Of no effect for others.
    public func abandon(_ index: Int) { folder.withLock { $0.abandon(index, isTaken: false) } }

    /// Gives an index up whose checkpoint could not be made. What somebody else has put in its place stays.
    package func abandon(_ index: Int, after error: any Error) {
        let isTaken = (error as? StateError).map { $0.code == .alreadyExists && $0.path == path(of: index) } ?? false
        folder.withLock { $0.abandon(index, isTaken: isTaken) }
    }

    /// Makes a checkpoint under the next index and registers it. After an error there is none.
    ///
    /// - Parameters:
    ///   - metrics: as for `register(_:metrics:)`.
    ///   - write: makes the folder at the path that it is given.
    /// - Returns: the checkpoint.
    /// - Throws: what `write` throws, and `StateError` as `begin()` and `register(_:metrics:)`.
    @discardableResult
    public func add(metrics: StateTree, _ write: (_ path: String) throws -> Void) throws -> StoredCheckpoint {
        let index = try begin()
        do {
            try write(path(of: index))
            try register(index, metrics: metrics)
        } catch {
            abandon(index, after: error)
            throw error
        }
        return StoredCheckpoint(index: index, path: path(of: index), metrics: metrics)
    }

    /// Holds a checkpoint: its folder stays on the disk at least until it is released, also when it is no longer one of
    /// those to be kept. Holders are counted.
    ///
    /// - Throws: `StateError` with `.notFound` when there is no such checkpoint, or when somebody removed its folder.
    public func hold(_ index: Int) throws(StateError) -> CheckpointHold {
        CheckpointHold(try folder.withLock { folder throws(StateError) in try folder.hold(index) }, self)
    }

    /// A checkpoint that holds itself: its folder stays on the disk for as long as the value, or a copy of it, is there. So
    /// it may be resumed from, uploaded or read in peace.
    ///
    ///     try await store.checkpoint(7).upload(to: "s3://bucket/best")
    ///
    /// - Throws: as `hold`.
    public func checkpoint(_ index: Int) throws(StateError) -> Checkpoint {
        let hold = try hold(index)
        var checkpoint = try Checkpoint(directory: hold.checkpoint.path)
        checkpoint.keeper = hold
        return checkpoint
    }

    /// Holds all checkpoints that stay or are held, and tells what the journal says at this moment: what whoever copies the folder has
    /// to copy, so that the copy is that of one moment.
    ///
    /// - Returns: the text of the journal, and the holds.
    /// - Throws: `StateError` when the journal cannot be read.
    package func holdAll() throws(StateError) -> (journal: String, holds: [CheckpointHold]) {
        let (journal, held) = try folder.withLock { folder throws(StateError) in try folder.holdAll() }
        return (journal, held.map { CheckpointHold($0, self) })
    }

    /// Gives the folder to whoever wants it next, at once, also while others still have this object: they cannot write
    /// any more, and what they held is deleted by its next owner, if it is not to be kept.
    package func close() { folder.withLock { $0.close() } }

    /// Takes back what `hold` counted.
    func release(_ index: Int) { folder.withLock { $0.release(index) } }
}

/// Ways to stop a store in the middle, for tests.
extension CheckpointStore {
    /// How far a store has come.
    enum Stage: Sendable {
        case opened, begun, registered, removed, hidden, discarded, gone, rewritten
    }

    /// Asked at each stage whether the process ends there: whatever lies on the disk stays.
    @TaskLocal static var interruption: (@Sendable (Stage) -> Bool)?
}
