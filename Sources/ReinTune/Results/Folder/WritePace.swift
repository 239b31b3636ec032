/// When something that is written again and again is due: at most every so often, and with no more than a share of the
/// time.
struct WritePace {
    /// The shortest time between two, in seconds.
    let interval: Double
    /// The largest share of the time that they may take.
    let share: Double
    private var next = -Double.infinity

    /// Makes a pace; the first one is due at once.
    init(interval: Double = 10, share: Double = 0.05) {
        precondition(interval >= 0 && share > 0 && share <= 1, "no pace")
        self.interval = interval
        self.share = share
    }

    /// Whether it is due.
    ///
    /// - Parameter seconds: now, from any origin.
    func isDue(at seconds: Double) -> Bool { seconds >= next }

    /// Takes note of one that was written.
    ///
    /// - Parameters:
    ///   - start: when it was begun, from the same origin.
    ///   - end: when it was done.
    mutating func note(from start: Double, to end: Double) {
        let cost = max(0, end - start)
        next = end + max(interval, cost * (1 / share - 1))
    }
}
