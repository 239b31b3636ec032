#if Serving
import NIOCore
import ReinPolicies
import Synchronization

/// What a server does with requests, however they come: all checks and messages are here, once for every transport.
///
///     let service = InferenceService(repository)
///     let response = try await service.respond(to: request)
public final class InferenceService: Sendable {
    /// How much is answered.
    public struct Limits: Sendable, Hashable {
        /// The largest number of rows of a request.
        public var rows = 4096
        /// How many sequences of recurrent policies are kept at once.
        public var sequences = 10_000
        /// After how long a sequence is dropped that no request names.
        public var sequenceIdle: Duration = .seconds(60)
        /// What becomes of a sequence when a newer version of its model takes over.
        public var sequenceSwap = SequenceSwap.pin

        /// A request whose policy takes longer than this, by what was measured when it was read, waits for a thread that
        /// does nothing else; others are answered at once by whoever has read them.
        public var inlineBelow: Duration = .microseconds(50)
        /// The number of those threads; as many as there are processors when 0.
        public var workers = 0
        /// The largest number of rows that a policy acts on together, of requests that wait.
        public var batchRows = 256
        /// How long a request may wait for others that are acted on with it.
        public var batchDelay: Duration = .zero
        /// The largest number of requests of a model that wait.
        public var queuedRequests = 1024
        /// How long a request may have to wait; one that would have to wait longer is refused at once.
        public var queueTime: Duration = .milliseconds(25)

        /// The usual limits.
        public init() {}
    }

    /// The models.
    public let repository: ModelRepository
    /// How much is answered.
    public let limits: Limits

    /// The sequences of recurrent policies.
    let sequences: SequenceTable
    /// Tells the time by which sequences are idle.
    let now: @Sendable () -> ContinuousClock.Instant
    /// How requests wait for policies that are not small.
    let batching: BatchRules
    /// Threads that read files.
    let readers = WorkerThreads(count: 2)
    private let isLeaving = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let draws: Atomic<UInt64>

    /// Answers from a repository.
    ///
    /// - Parameters:
    ///   - repository: the models.
    ///   - limits: how much is answered.
    ///   - seed: what actions that are drawn without a seed of the client's begin with.
    ///   - now: tells the time by which sequences are idle.
    public init(
        _ repository: ModelRepository, limits: Limits = Limits(), seed: UInt64 = .random(in: 0 ... .max),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.repository = repository
        self.limits = limits
        self.now = now
        batching = BatchRules(
            workers: WorkerThreads(count: limits.workers > 0 ? limits.workers : System.coreCount),
            rows: limits.batchRows, delay: limits.batchDelay, requests: limits.queuedRequests, wait: limits.queueTime)
        sequences = SequenceTable(limit: limits.sequences, idle: limits.sequenceIdle, now: now)
        draws = Atomic(seed)
    }

    /// Whether new requests are answered: until the server stops, and as long as a model can be.
    public var isReady: Bool {
        !isLeaving.load(ordering: .acquiring) && !isStopped.load(ordering: .acquiring) && repository.hasUsableModel
    }

    /// Says from now on that new requests are not answered, though those are that were taken already.
    public func announceStop() { isLeaving.store(true, ordering: .releasing) }

    /// Answers no new request any more.
    public func stop() { isStopped.store(true, ordering: .releasing) }

    /// A seed for actions that are drawn without one of the client's.
    func freshSeed() -> UInt64 { draws.add(1, ordering: .relaxed).oldValue }

    func requireRunning() throws(ServingError) {
        if isStopped.load(ordering: .acquiring) { throw ServingError(.unavailable, "the server is stopping") }
    }
}
#endif
