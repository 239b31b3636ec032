import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the command does when it is told to stop, or nobody reads what it writes.
enum Signals {
    /// How often an end was asked for.
    private static let requests = Atomic<Int>(0)
    /// Whether a first request is answered in words.
    private static let speaks = Atomic<Bool>(false)

    /// Whether an end was asked for by SIGINT (Ctrl-C) or SIGTERM.
    static var isEndRequested: Bool { requests.load(ordering: .relaxed) > 0 }

    /// Undoes what a parent process preferred: it may have blocked or ignored signals, and children inherit that.
    /// Writing to a closed pipe ends the process without a word.
    static func standardize() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&set, number) }
        sigprocmask(SIG_UNBLOCK, &set, nil)
        signal(SIGPIPE, SIG_DFL)
    }

    /// Lets writing to a closed pipe fail as other writing does: a reader of the log who goes away ends no training.
    static func outliveClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    /// From now on the first SIGINT or SIGTERM is only noted, and the second ends the process at once.
    ///
    /// - Parameter speaks: whether the first is answered on standard error.
    static func noteEndRequests(speaks loud: Bool) {
        speaks.store(loud, ordering: .relaxed)
        // Make the lazy variable now: a signal handler must not.
        _ = isEndRequested
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                // Only calls that are safe in a signal handler.
                if Signals.requests.add(1, ordering: .relaxed).newValue > 1 { _exit(Departure.interrupted) }
                if Signals.speaks.load(ordering: .relaxed) { Signals.writeNotice() }
            }
        }
    }

    private static func writeNotice() {
        let saved = errno
        let notice: StaticString =
            "\nrein: finishing the iteration, then saving a checkpoint; once more to quit at once\n"
        _ = write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
        errno = saved
    }
}
