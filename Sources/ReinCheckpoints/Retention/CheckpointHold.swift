import Synchronization

/// Keeps the folder of a checkpoint on the disk for whoever may still read it: another trial that goes on from it, an
/// upload. It ends with `release()`, or with its last reference.
public final class CheckpointHold: Sendable {
    /// The checkpoint that is held.
    public let checkpoint: StoredCheckpoint
    private let store: CheckpointStore
    private let isHeld = Mutex(true)

    /// Counts on from now; the store has counted it.
    init(_ checkpoint: StoredCheckpoint, _ store: CheckpointStore) {
        self.checkpoint = checkpoint
        self.store = store
    }

    deinit { release() }

    /// Lets the checkpoint go. When it is no longer to be kept and nobody else holds it, its folder is deleted. Of no
    /// effect the second time.
    public func release() {
        let isLast = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        if isLast { store.release(checkpoint.index) }
    }
}
