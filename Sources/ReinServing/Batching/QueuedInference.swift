#if Serving
/// A checked request that waits for a thread that acts.
final class QueuedInference: Sendable {
    /// What has become of it.
    enum Outcome: Sendable {
        /// The policy has acted on it, at these times; `executed` is the number of rows that it acted on at once, for one
        /// request of those.
        case acted(began: ContinuousClock.Instant, ended: ContinuousClock.Instant, executed: Int?)
        /// The policy has not acted on it.
        case refused(ServingError)
    }

    /// What to act on.
    let request: PreparedInference
    /// What receives the actions and outputs.
    let results: InferenceResults
    /// Until when its client waits.
    let deadline: RequestDeadline?
    /// When it began to wait.
    let entered: ContinuousClock.Instant
    /// Is told once what has become of it, on the thread that has acted.
    let complete: @Sendable (Outcome) -> Void

    init(
        _ request: PreparedInference, into results: InferenceResults, before deadline: RequestDeadline?,
        entered: ContinuousClock.Instant = .now, complete: @escaping @Sendable (Outcome) -> Void
    ) {
        self.request = request
        self.results = results
        self.deadline = deadline
        self.entered = entered
        self.complete = complete
    }
}
#endif
