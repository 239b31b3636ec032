import ReinCheckpoints

/// What was decided at a time and is carried out together, so that it costs one wait for the disk.
struct Turn {
    /// What happened, for the journal.
    var events: [TrialEvent] = []
    /// The trials whose results were judged, in order.
    var judged: [TrialID] = []
    /// The trials that have failed, with the reason.
    var failures: [(id: TrialID, reason: String)] = []
    /// The trials that make a checkpoint and train on.
    var saves: Set<TrialID> = []
    /// The trials that take over from others.
    var takeOvers: [TakeOver] = []
    /// Whether a trial takes over from another one.
    var takesOver: Bool { !takeOvers.isEmpty }
    /// The trials whose order is to be carried out.
    var touched: [TrialID] = []

    /// A trial that takes over from another one, and what was known of that when it was decided.
    struct TakeOver {
        /// The trial that goes on from another one's checkpoint.
        var target: TrialID
        /// The other one; perhaps itself, with other settings.
        var donor: TrialID
        /// The number of the donor's newest result that was judged.
        var judged: Int
        /// Whether the donor itself goes on from another one's checkpoint and has had no result since.
        var hasTakenOver: Bool
    }
}
