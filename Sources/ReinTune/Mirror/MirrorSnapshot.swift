import ReinCheckpoints

/// The checkpoints of an experiment at one moment, which stay until this ends although trials train on.
struct MirrorSnapshot: Sendable {
    /// What the store of a trial says.
    struct Store: Sendable {
        var journal: String
        var registered: Set<Int>
    }

    /// By the names of trials' folders, what their stores say that somebody has open.
    private(set) var open: [String: Store] = [:]
    private var holds: [CheckpointHold] = []

    /// Holds the checkpoints of stores.
    ///
    /// - Throws: `StateError` when a journal cannot be read.
    init(holding stores: [CheckpointStore]) throws(StateError) {
        for store in stores {
            let (journal, holds) = try store.holdAll()
            open[lastComponent(of: store.path)] = Store(
                journal: journal, registered: Set(holds.map(\.checkpoint.index)))
            self.holds += holds
        }
    }
}
