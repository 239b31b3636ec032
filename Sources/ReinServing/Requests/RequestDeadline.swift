#if Serving
/// Until when a client waits for its answer.
struct RequestDeadline: Sendable {
    /// The end of the time.
    let instant: ContinuousClock.Instant
    private let microseconds: UInt64

    /// Checks that it is not over: the policy does not act for an answer that nobody waits for.
    ///
    /// - Throws: `ServingError` with `.deadlineExceeded`.
    func require(_ now: ContinuousClock.Instant) throws(ServingError) {
        guard now > instant else { return }
        throw ServingError(
            .deadlineExceeded,
            "the request's timeout of \(microseconds) microseconds was over before the policy could act")
    }

    fileprivate init(_ instant: ContinuousClock.Instant, microseconds: UInt64) {
        self.instant = instant
        self.microseconds = microseconds
    }
}

extension RequestParameters {
    /// Until when the client of a request waits that came at an instant; nil when it waits for as long as it takes.
    func deadline(from begin: ContinuousClock.Instant) -> RequestDeadline? {
        timeout.map { timeout in
            // Longer than a server runs is as long as it takes.
            let limit = min(timeout, 1 << 50)
            return RequestDeadline(begin + .microseconds(Int64(limit)), microseconds: timeout)
        }
    }
}
#endif
