/// The time since it was made.
struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    /// The time, in seconds.
    var elapsed: Double {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
