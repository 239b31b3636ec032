#if Serving
/// The parts of one request's time, in nanoseconds.
struct RequestTimes: Sendable {
    /// Waiting until a thread has time.
    var queue = 0
    /// Checking what came, and making numbers of it.
    var input = 0
    /// Acting.
    var inference = 0
    /// Putting the answer together.
    var output = 0

    var total: Int { queue + input + inference + output }
}
#endif
