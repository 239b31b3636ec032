/// When the next checkpoint of a run is due, also after one that could not be made. Times are in seconds since any
/// moment, and only go forward.
struct SaveSchedule {
    private let interval: CheckpointInterval
    private var lastSave: Double
    /// Whether a checkpoint was due and has not been made.
    private var isOwed = false
    private var delay = 0.0
    private var nextTry = 0.0

    /// The longest time between two tries, in seconds.
    static let longestDelay = 300.0

    /// Begins at a time, as if a checkpoint had just been made.
    init(_ interval: CheckpointInterval, at time: Double) {
        self.interval = interval
        lastSave = time
    }

    /// Whether a checkpoint is to be made after an iteration.
    mutating func isDue(after iteration: Int, at time: Double) -> Bool {
        switch interval {
        case .iterations(let count): isOwed = isOwed || iteration % count == 0
        case .seconds(let count): isOwed = isOwed || time - lastSave >= Double(count)
        case .never: break
        }
        return isOwed && time >= nextTry
    }

    /// When the end of an iteration is not waited for any longer, since the clock has asked for a checkpoint for a quarter
    /// of its interval; nil where the clock does not ask.
    ///
    /// Between two iterations checkpoints are smaller, so those that are not much longer than the interval are let end.
    var deadline: Double? {
        guard case .seconds(let count) = interval else { return nil }
        return max(lastSave + 1.25 * Double(count), nextTry)
    }

    /// Whether the last try failed.
    var hasFailed: Bool { delay > 0 }

    /// Notes a checkpoint that was made.
    mutating func succeed(at time: Double) {
        lastSave = time
        isOwed = false
        delay = 0
        nextTry = 0
    }

    /// Notes a checkpoint that could not be made.
    ///
    /// - Returns: the time until the next try, in seconds: one, then twice as long each time.
    mutating func fail(at time: Double) -> Double {
        delay = min(Self.longestDelay, max(1, 2 * delay))
        nextTry = time + delay
        return delay
    }
}
