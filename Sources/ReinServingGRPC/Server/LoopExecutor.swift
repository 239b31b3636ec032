#if ServingGRPC
import NIOCore
import NIOPosix

/// Runs the tasks of calls on the event loops on which their connections are: from one thread to another and back would take
/// longer than most policies do.
final class LoopExecutor: TaskExecutor {
    private let loops: MultiThreadedEventLoopGroup
    private let identities: [ObjectIdentifier]

    /// - Parameter loops: the event loops of the server, which are there for as long as there are tasks.
    init(_ loops: MultiThreadedEventLoopGroup) {
        self.loops = loops
        identities = loops.makeIterator().map { ObjectIdentifier($0) }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// The loop that has a task go on, which is mostly the one of the task's connection.
    private var loop: any EventLoop {
        guard let current = MultiThreadedEventLoopGroup.currentEventLoop,
            identities.contains(ObjectIdentifier(current))
        else { return loops.next() }
        return current
    }
}
#endif
