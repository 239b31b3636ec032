#if Serving
import CSystemCalls

/// The time of day.
enum WallClock {
    /// The number of milliseconds since 1970.
    static var milliseconds: Int { Int(rein_wall_clock()) }
}

extension Duration {
    /// The number of nanoseconds.
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
#endif
