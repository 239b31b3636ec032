#if Serving
@preconcurrency import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// SIGTERM and SIGINT for a process that is a server: the first has it stop, the second ends it at once, and so does time when a
/// thread does not come to an end. That takes a thread of its own, since all others may be busy with requests.
final class StopSignals: Sendable {
    private let sources: [any DispatchSourceSignal]
    private let queue = DispatchQueue(label: "rein-serve.signals")
    private let hasStopped = Atomic<Bool>(false)

    /// Traps the signals.
    ///
    /// - Parameters:
    ///   - limit: how long stopping may take.
    ///   - stop: is called at the first signal.
    init(limit: Duration, stop: @escaping @Sendable () -> Void) {
        let queue = queue
        sources = [SIGTERM, SIGINT].map { number in
            #if canImport(Darwin)
            signal(number, SIG_IGN)
            #endif
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for (source, number) in zip(sources, [SIGTERM, SIGINT]) {
            source.setEventHandler { [weak self] in
                guard let self else { return }
                if hasStopped.exchange(true, ordering: .relaxed) { Self.end(by: number) }
                queue.asyncAfter(deadline: .now() + .nanoseconds(limit.nanoseconds)) { [weak self] in
                    if self != nil { Self.endLate() }
                }
                stop()
            }
            source.resume()
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }

    /// Ends the process as the signal does when nobody traps it.
    private static func end(by number: Int32) {
        signal(number, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        kill(getpid(), number)
        _exit(128 + number)
    }

    /// Ends the process although a request is being answered.
    private static func endLate() {
        let line = Array("rein-serve: requests are not answered after the grace, and are lost\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        _exit(1)
    }
}
#endif
