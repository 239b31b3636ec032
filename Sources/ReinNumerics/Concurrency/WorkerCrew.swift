import CReinKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the threads of a `WorkerPool` share. The threads keep it alive, not the pool, so the pool can end first.
///
/// `ticket` holds the number of the task in its upper half and the shards nobody has taken in its lower half. A
/// thread takes a shard by lowering it with compare-and-exchange, which fails when the task has changed; so a thread
/// that wakes late can never run a shard of a task it did not see. Only who has taken a shard reads `body`, and the
/// task does not end before that shard is done.
final class WorkerCrew: @unchecked Sendable {
    // @unchecked: `body` and `shards` are written before the ticket is published (release) and read after a shard of
    // it was taken (acquire); mutex and conditions are made for sharing; all else is atomic or constant.
    private let ticket = Atomic<UInt64>(0)
    private let done = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let callerSleeps = Atomic<Bool>(false)
    private let busy = Atomic<Bool>(false)
    private var body: ((Int) -> Void)?
    private var shards = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let taskReady = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let taskDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// The ticket that sends the threads home.
    private static let stopTicket = UInt64.max
    private static let remainingMask: UInt64 = 0xffff_ffff
    /// How often a thread looks again before it sleeps: some tens of microseconds.
    private static let spins = 4_000

    init() {
        mutex.initialize(to: pthread_mutex_t())
        taskReady.initialize(to: pthread_cond_t())
        taskDone.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(taskReady, nil)
        pthread_cond_init(taskDone, nil)
    }

    deinit {
        pthread_cond_destroy(taskReady)
        pthread_cond_destroy(taskDone)
        pthread_mutex_destroy(mutex)
        taskReady.deallocate()
        taskDone.deallocate()
        mutex.deallocate()
    }

    /// Starts a thread that works until the crew stops.
    ///
    /// - Returns: 0, or the number of the system's error; there is then no thread more than before.
    func startThread() -> Int32 {
        let crew = Unmanaged.passRetained(self)
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, nil, { WorkerCrew.main($0) }, crew.toOpaque())
        if code == 0, let thread { pthread_detach(thread) }
        #else
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { $0.flatMap { WorkerCrew.main($0) } }, crew.toOpaque())
        if code == 0 { pthread_detach(thread) }
        #endif
        if code != 0 { crew.release() }
        return code
    }

    private static func main(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<WorkerCrew>.fromOpaque(context).takeRetainedValue().work()
        return nil
    }

    func stop() {
        publish(Self.stopTicket)
    }

    func enter() -> Bool { !busy.exchange(true, ordering: .acquiring) }

    func leave() { busy.store(false, ordering: .releasing) }

    func run(shards: Int, _ body: @escaping (Int) -> Void) {
        self.body = body
        self.shards = shards
        done.store(0, ordering: .relaxed)
        let task = ((ticket.load(ordering: .relaxed) >> 32) &+ 1) & 0x7fff_ffff
        publish(task << 32 | UInt64(shards))
        takeShards()
        waitUntilDone()
        self.body = nil
    }

    // MARK: The caller

    private func publish(_ value: UInt64) {
        ticket.store(value, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(taskReady)
            pthread_mutex_unlock(mutex)
        }
    }

    private func waitUntilDone() {
        for _ in 0..<Self.spins {
            if done.load(ordering: .acquiring) == shards { return }
            rein_spin_pause()
        }
        pthread_mutex_lock(mutex)
        callerSleeps.store(true, ordering: .sequentiallyConsistent)
        while done.load(ordering: .sequentiallyConsistent) != shards { pthread_cond_wait(taskDone, mutex) }
        callerSleeps.store(false, ordering: .relaxed)
        pthread_mutex_unlock(mutex)
    }

    // MARK: Every thread

    /// Takes and runs shards until none is left.
    private func takeShards() {
        var seen = ticket.load(ordering: .acquiring)
        while seen != Self.stopTicket, seen & Self.remainingMask > 0 {
            let (taken, current) = ticket.weakCompareExchange(
                expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
            guard taken else {
                seen = current
                continue
            }
            let total = shards
            perform(total - Int(seen & Self.remainingMask))
            if done.add(1, ordering: .sequentiallyConsistent).newValue == total,
                callerSleeps.load(ordering: .sequentiallyConsistent)
            {
                pthread_mutex_lock(mutex)
                pthread_cond_signal(taskDone)
                pthread_mutex_unlock(mutex)
            }
            seen = ticket.load(ordering: .acquiring)
        }
    }

    /// Runs one shard. Not inlined, so that its hold on the closure has ended before the shard counts as done: the
    /// caller's frame, where the closure lives, may be gone a moment later.
    @inline(never) private func perform(_ shard: Int) {
        body?(shard)
    }

    // MARK: The threads of the pool

    private func work() {
        while waitForShards() { takeShards() }
    }

    /// Spins, then sleeps, until a task has shards to take; false when the pool has ended.
    private func waitForShards() -> Bool {
        for _ in 0..<Self.spins {
            let seen = ticket.load(ordering: .acquiring)
            if seen == Self.stopTicket { return false }
            if seen & Self.remainingMask > 0 { return true }
            rein_spin_pause()
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
        while true {
            let seen = ticket.load(ordering: .sequentiallyConsistent)
            if seen == Self.stopTicket { return false }
            if seen & Self.remainingMask > 0 { return true }
            pthread_cond_wait(taskReady, mutex)
        }
    }
}
