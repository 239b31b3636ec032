import ReinCheckpoints
import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The wait for a worker: until it has answered, or has ended, or has done nothing for too long.
struct WorkerWait {
    /// How long nothing may happen.
    let limit: Duration
    /// The worker's process.
    let process: SpawnedProcess
    /// What changes as long as the worker gets on; nil when it has no lanes.
    let header: WorkerHeader?

    /// How long one looks at a descriptor before one looks at the process: somebody whom the worker has started may hold
    /// the other end when it is gone.
    static let slice: Int32 = 250

    /// Waits until a descriptor is ready, or its other end is closed. It keeps the thread.
    func until(_ descriptor: Int32, _ events: Int32) throws(WorkerChannel.Fault) {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        if uninterrupted({ poll(&entry, 1, Self.slice) }) != 0 { return }
        // It stands still while the machine sleeps, and so do workers.
        var begin = SuspendingClock.now
        var before = header?.progress
        while true {
            let hasEnded = process.hasEnded()
            // What it has written before its end is there after the end was seen.
            let passed = SuspendingClock.now - begin + .milliseconds(Int64(Self.slice))
            let left = max(0, min((limit - passed) / .milliseconds(1), Double(Self.slice)))
            if uninterrupted({ poll(&entry, 1, hasEnded ? 0 : Int32(left.rounded(.up))) }) != 0 { return }
            if hasEnded { throw .closed }
            let now = header?.progress
            if now != before {
                (before, begin) = (now, .now)
            } else if SuspendingClock.now - begin + .milliseconds(Int64(Self.slice)) >= limit {
                throw .late
            }
        }
    }
}
