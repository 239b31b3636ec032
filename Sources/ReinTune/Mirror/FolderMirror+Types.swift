import ReinCheckpoints

extension FolderMirror {
    /// What is known of an object there.
    struct Object: Sendable {
        /// The file here that it is the same as; nil when it may be another.
        var stamp: String?
        /// What is there; nil when that is not known.
        var content: FileContent?
        /// What belongs to the last moment that is complete; nil when nothing does.
        var settled: FileContent?
    }

    /// What is known of the journal of a trial's checkpoints.
    struct Store: Sendable {
        /// The file here that was read last.
        var stamp: String?
        /// What it says here.
        var here = MirrorSnapshot.Store(journal: "", registered: [])
        /// What it says there; nil when that is not known.
        var there: String?
        /// What it said at the last moment that is complete.
        var settled: String?
    }
}
