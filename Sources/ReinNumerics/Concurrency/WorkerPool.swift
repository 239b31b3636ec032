/// Threads that live as long as the pool and share out the shards of one task after another.
///
/// The number of shards belongs to the task and never depends on the number of threads, so a task whose shards write
/// to places of their own gives the same bits with one thread and with eight. A warm pool starts and ends a task in
/// a few microseconds; a pool of one thread runs the shards in line. Running a task allocates nothing.
///
///     let pool = WorkerPool(threads: 2)
///     pool.run(shards: 8) { shard in environments.step(ranges[shard]) }
public final class WorkerPool: Sendable {
    /// The number of threads that work on a task, the calling one included.
    public let threadCount: Int

    private let crew: WorkerCrew

    /// Starts `threads - 1` threads; the one that calls `run` is the last.
    ///
    /// - Throws: `ThreadError` when the system does not give so many; those that were started have then been sent home.
    public init(threads: Int) throws(ThreadError) {
        precondition(threads >= 1, "a pool of \(threads) threads")
        threadCount = threads
        crew = WorkerCrew()
        for started in 1..<threads {
            let number = crew.startThread()
            guard number == 0 else {
                crew.stop()
                throw ThreadError(wanted: threads, started: started, number: number)
            }
        }
    }

    /// A pool of the calling thread alone.
    public init() {
        threadCount = 1
        crew = WorkerCrew()
    }

    deinit {
        crew.stop()
    }

    /// Runs `body(0)` to `body(shards - 1)`, on all threads, and returns when every shard is done.
    ///
    /// Shards are handed out in ascending order and may run at the same time, so they must not touch the same memory
    /// unless they only read it. One task at a time: calling `run` from a shard, or from two threads at once, is a
    /// programmer's error and traps.
    public func run(shards: Int, _ body: (Int) -> Void) {
        precondition(shards >= 0 && shards < Int(UInt32.max), "a task of \(shards) shards")
        precondition(crew.enter(), "WorkerPool.run was called while the pool was running a task")
        defer { crew.leave() }
        guard threadCount > 1 && shards > 1 else {
            for shard in 0..<shards { body(shard) }
            return
        }
        withoutActuallyEscaping(body) { crew.run(shards: shards, $0) }
    }
}
