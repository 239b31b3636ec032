public import ReinCheckpoints

/// What is known of a trial.
public struct TrialRecord: Sendable, Equatable {
    /// Its id.
    public let id: TrialID
    /// Its number among the trials of the experiment, from 0, in the order of their making.
    public let index: Int
    /// The settings that it trains with.
    public var configuration: StateMap
    /// What its name tells of its settings, such as `1_lr=0.1000`.
    public var tag: String
    /// What it does.
    public var status: TrialStatus
    /// The newest result as it was reported; nil before the first.
    public var lastResult: StateTree?

    /// Makes a record of a trial, which waits to begin unless said otherwise.
    public init(
        id: TrialID, index: Int, configuration: StateMap = [:], tag: String = "", status: TrialStatus = .pending,
        lastResult: StateTree? = nil
    ) {
        self.id = id
        self.index = index
        self.configuration = configuration
        self.tag = tag
        self.status = status
        self.lastResult = lastResult
    }
}
