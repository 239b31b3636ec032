/// How many steps to collect before asking again whether to go on: as many as take about a twentieth of a second.
///
/// The clock decides how a rollout is cut into parts, never what is in it.
struct RolloutPace {
    private static let seconds = 0.05

    /// The number of steps of each environment, at least 1.
    private(set) var steps = 1

    /// Takes in how long a number of steps took.
    mutating func adapt(to seconds: Double, steps taken: Int) {
        if seconds > 2 * Self.seconds {
            steps = max(1, Int(Double(taken) * Self.seconds / seconds))
        } else if taken == steps, seconds < Self.seconds / 2 {
            steps = min(2 * steps, 1 << 30)
        }
    }
}
