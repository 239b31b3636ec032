/// What is to be done in an experiment. Commands are carried out in the order in which they are given.
public enum TrialCommand: Sendable, Equatable {
    /// A trial begins, with the settings in its record; it goes on from its newest checkpoint if it has one.
    case begin(TrialID)
    /// A running trial trains on after its result.
    case proceed(TrialID)
    /// A running trial makes a checkpoint now.
    case save(TrialID)
    /// A running trial gives its place away, and makes a checkpoint before if `saving`.
    case pause(TrialID, saving: Bool)
    /// A trial that does not run goes on, when it begins the next time, from the newest checkpoint of another one.
    case takeOver(TrialID, from: TrialID)
    /// A running trial has failed, as its result cannot be judged; what comes of that is told by the next command.
    case refuse(TrialID, reason: String)
    /// A trial is over; if it runs, it gives its place away.
    case end(TrialID)
    /// A running trial makes a checkpoint and ends for now; it goes on first of all when the experiment is opened again.
    /// A result that it comes to meanwhile is told then.
    case suspend(TrialID)
    /// The experiment is over, or ends for now after an interruption. Nothing more is told.
    case close
}
