#if Serving
/// How requests wait for a thread that acts, and how many it takes together.
struct BatchRules: Sendable {
    /// Who acts.
    var workers: WorkerThreads
    /// The largest number of rows that are taken together; a request of more is taken alone.
    var rows = 256
    /// How long a request may wait for others to be taken with.
    var delay: Duration = .zero
    /// The largest number of requests of a model that wait.
    var requests = 1024
    /// How long a request may have to wait by what others took; one that would have to wait longer is refused.
    var wait: Duration = .milliseconds(25)
}
#endif
