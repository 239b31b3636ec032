/// How often something is tried that may go well another time, and how long to wait between.
public struct RetryPolicy: Sendable, Hashable {
    /// How often it is tried at most, the first time included; at least once.
    public var attempts = 5
    /// The longest pause after the first failure. Each one after it is twice as long as the one before.
    public var firstPause = Duration.milliseconds(200)
    /// The longest pause of all.
    public var longestPause = Duration.seconds(20)

    /// Five attempts, and pauses of up to 0.2, 0.4, 0.8 and 1.6 seconds.
    public init() {}

    /// The pause after a failure.
    ///
    /// - Parameters:
    ///   - attempt: the number of the attempt that failed, from 1 on.
    ///   - jitter: from 0 to 1. The pause is between half of the longest and all of it, so that many who failed at the
    ///     same time do not come back at the same time.
    func pause(after attempt: Int, jitter: Double) -> Duration {
        let doubled = firstPause * (1 << min(max(attempt - 1, 0), 30))
        return min(longestPause, doubled) * (0.5 + 0.5 * jitter)
    }
}
