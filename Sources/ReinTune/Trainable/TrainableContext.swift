public import ReinCheckpoints

/// Where a trainable runs. Alone, nothing of it needs to be said.
public struct TrainableContext: Sendable {
    /// The id of the trial that it is.
    public var trialID = "default"
    /// The name of the trial, for people.
    public var trialName = "default"
    /// The experiment that the trial is part of; nil when there is none.
    public var experimentName: String?
    /// What was reserved for it; nil when nobody reserves anything.
    public var resources: PlacementGroup?
    /// The directory for everything that the trainable writes; nil for a temporary one, which is made when it is needed.
    /// The working directory of the process is never changed.
    public var folder: String?
    /// Where each checkpoint is uploaded to, under its name; nil for nowhere. What is saved is always on the local disk,
    /// too, and no other machine's disk is ever searched.
    public var remoteFolder: StorageURI?
    /// How long an upload or a download may take; nil for as long as it takes.
    public var transferLimit: Duration? = .seconds(1800)
    /// Whether results are appended to `result.json` and `progress.csv` in the folder.
    public var logsResults = false
    /// Values that are shared with the trainable and are not saved with it.
    public var parameters = TrainableParameters()

    /// That of a trainable that runs alone.
    public init() {}
}
