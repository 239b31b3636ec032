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
    /// How often that was by SIGINT or SIGTERM.
    private static let urgentRequests = Atomic<Int>(0)
    /// Whether a first request is answered in words.
    private static let speaks = Atomic<Bool>(false)

    /// Whether an end was asked for: by a person (SIGINT, which is Ctrl-C), by whoever manages processes (SIGTERM,
    /// SIGUSR1), because the terminal has gone (SIGHUP) or because the time is up (SIGXCPU).
    static var isEndRequested: Bool { requests.load(ordering: .relaxed) > 0 }

    /// The signals that ask for an end.
    private static let endRequests = [SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1]

    /// Undoes what a parent process preferred: it may have blocked or ignored signals, and children inherit that.
    /// Writing to a closed pipe ends the process without a word.
    static func standardize() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in endRequests + [SIGPIPE] { sigaddset(&set, number) }
        sigprocmask(SIG_UNBLOCK, &set, nil)
        signal(SIGPIPE, SIG_DFL)
    }

    /// Lets writing to a closed pipe fail as other writing does: a reader of the log who goes away ends no training.
    static func outliveClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    /// From now on the first request for an end is only noted. A person who asks again, by SIGINT, ends the process at
    /// once, and so does a second SIGTERM. The others do not: a terminal that closes sends SIGHUP more than once, a
    /// process beyond its time gets SIGXCPU every second, and whoever manages processes has SIGTERM follow its SIGUSR1,
    /// all while it still saves.
    ///
    /// A SIGHUP that was ignored when the process began, as under `nohup`, stays ignored.
    ///
    /// - Parameter speaks: whether the first is answered on standard error.
    static func noteEndRequests(speaks loud: Bool) {
        speaks.store(loud, ordering: .relaxed)
        // Make the lazy variables now: a signal handler must not.
        _ = (isEndRequested, urgentRequests.load(ordering: .relaxed))
        for number in endRequests where !(number == SIGHUP && isIgnored(number)) {
            signal(number) { number in
                // Only calls that are safe in a signal handler.
                let isFirst = Signals.requests.add(1, ordering: .relaxed).newValue == 1
                let isUrgent = number == SIGINT || number == SIGTERM
                let isRepeated = isUrgent && Signals.urgentRequests.add(1, ordering: .relaxed).newValue > 1
                if isRepeated || number == SIGINT && !isFirst { _exit(ExitStatus.interrupted) }
                if isFirst, Signals.speaks.load(ordering: .relaxed) { Signals.writeNotice() }
            }
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        // There is no simpler way to ask than to set it, and to set it back.
        let before = signal(number, SIG_IGN)
        signal(number, before)
        return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func writeNotice() {
        let saved = errno
        let notice: StaticString =
            "\nrein: saving; again to leave now\n"
        _ = write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
        errno = saved
    }
}
