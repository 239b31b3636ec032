public import ReinCheckpoints

/// What thinks up the settings of trials.
///
/// A searcher is a value without a clock, files or threads, and its state is written into the experiment's journal.
public protocol Searcher: Checkpointable, Sendable {
    /// Whether settings depend on results, so that they are better asked for late than early. True unless said otherwise.
    var learnsFromResults: Bool { get }

    /// The metric that settings are to be good for; nil when it learns from none, which is so unless said otherwise.
    var searchedMetric: String? { get }

    /// Settings for the next trial.
    ///
    /// - Throws: `StateError` for a space that cannot be searched.
    mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion

    /// Takes note of a result that is not the last one.
    mutating func observe(_ result: StateTree, of id: TrialID)

    /// Takes note of a trial's end.
    ///
    /// - Parameters:
    ///   - id: the trial.
    ///   - result: its last result; nil when there was none.
    ///   - hasFailed: whether it ended with an error.
    mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool)
}

extension Searcher {
    /// True.
    public var learnsFromResults: Bool { true }

    /// Nil.
    public var searchedMetric: String? { nil }
}

/// What a searcher says when it is asked for settings.
public enum Suggestion: Sendable, Equatable {
    /// The settings.
    case configuration(StateMap)
    /// None as long as no other trial has ended.
    case later
    /// None any more.
    case finished
}
