/// How long a worker may take.
struct WorkerLimits: Sendable, Hashable {
    /// For its start, and to make environments.
    var start = Duration.seconds(300)
    /// For a step or a reset of one lane.
    var step = Duration.seconds(60)
    /// For its end, after which it is killed.
    static let end = Duration.seconds(3)
    /// For the largest answer, in bytes.
    static let frameBytes = 64 << 20
}
