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
    var takeOvers: [(target: TrialID, donor: TrialID)] = []
    /// Whether a trial takes over from another one.
    var takesOver: Bool { !takeOvers.isEmpty }
    /// The trials whose order is to be carried out.
    var touched: [TrialID] = []
}
