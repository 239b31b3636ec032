#if Serving
import ReinCheckpoints
import Synchronization

/// What has been asked of a version of a model since it was read, and how long that took.
final class ModelStatistics: Sendable {
    /// How often something was done, and how long it took altogether.
    struct Total: Sendable, Equatable {
        var count = 0
        var nanoseconds = 0

        mutating func add(_ nanoseconds: Int) {
            count += 1
            self.nanoseconds += nanoseconds
        }
    }

    /// The parts of one request's time, in nanoseconds.
    typealias Times = RequestTimes

    /// The numbers, which only grow.
    struct Counts: Sendable {
        /// The rows that were acted on.
        var rows = 0
        /// How often the policy acted, on however many rows.
        var executions = 0
        var success = Total()
        var fail = Total()
        var queue = Total()
        var input = Total()
        var inference = Total()
        var output = Total()
        /// By the number of rows that were acted on at once.
        var batches: [Int: (input: Total, inference: Total, output: Total)] = [:]
        /// When the policy last acted, in milliseconds since 1970; 0 for never.
        var lastInference = 0
    }

    private let model: String
    private let version: String
    private let metrics: ServingMetrics
    /// The numbers, which outlast a version that is dropped from memory and read again.
    let requests: RequestCounts
    /// What others are told through swift-metrics; made for the first request.
    private let instruments = AtomicLazyReference<ModelMetrics>()
    private let isTaken = Atomic<Bool>(false)

    /// Goes on with numbers.
    ///
    /// - Parameters:
    ///   - model: the name of the model.
    ///   - version: which version of it.
    ///   - metrics: where requests are counted, too.
    ///   - requests: the numbers so far.
    init(model: String, version: String, metrics: ServingMetrics, requests: RequestCounts = RequestCounts()) {
        self.requests = requests
        self.model = model
        self.version = version
        self.metrics = metrics
    }

    deinit {
        if let instruments = instruments.load() { metrics.release(instruments) }
    }

    /// The numbers so far.
    var counts: Counts { requests.counts }

    /// Notes a request that was answered, on whose rows alone the policy acted.
    ///
    /// - Parameter now: the present, in milliseconds since 1970.
    func note(rows: Int, _ times: Times, now: Int) { note(rows: rows, times, now: now, execution: rows) }

    /// Notes a request that was answered.
    ///
    /// - Parameters:
    ///   - rows: its rows.
    ///   - times: what its time went to.
    ///   - now: the present, in milliseconds since 1970.
    ///   - execution: how many rows the policy acted on at once, these among them; nil when that is noted with another
    ///     request.
    func note(rows: Int, _ times: Times, now: Int, execution: Int?) {
        told.note(rows: rows, times, execution: execution)
        requests.change { counts in
            counts.rows += rows
            counts.success.add(times.total)
            counts.queue.add(times.queue)
            counts.input.add(times.input)
            counts.inference.add(times.inference)
            counts.output.add(times.output)
            counts.lastInference = now
            guard let execution else { return }
            counts.executions += 1
            var batch = counts.batches[execution] ?? (Total(), Total(), Total())
            batch.input.add(times.input)
            batch.inference.add(times.inference)
            batch.output.add(times.output)
            counts.batches[execution] = batch
        }
    }

    /// Notes a request that was refused after so many nanoseconds.
    func noteFailure(_ nanoseconds: Int, _ kind: ServingError.Kind = .invalidArgument) {
        told.noteRefusal(kind)
        requests.change { $0.fail.add(nanoseconds) }
    }

    /// Notes that so many more requests wait for the policy to act; fewer when negative.
    func noteWaiting(_ change: Int) { told.noteWaiting(change) }

    /// The instruments, which are made when nobody has asked for them before.
    private var told: ModelMetrics {
        if let made = instruments.load() { return made }
        let made = metrics.instruments(model: model, version: version)
        // The same object for all who ask at once; of those who took it only one keeps it.
        if isTaken.exchange(true, ordering: .acquiringAndReleasing) { metrics.release(made) }
        return instruments.storeIfNil(made)
    }
}

/// What has been asked of one version of a model, as long as the version is there.
final class RequestCounts: Sendable {
    private let state = Mutex(ModelStatistics.Counts())

    /// The numbers so far.
    var counts: ModelStatistics.Counts { state.withLock { $0 } }

    /// Adds to the numbers.
    func change(_ body: (inout ModelStatistics.Counts) -> Void) { state.withLock { body(&$0) } }
}

extension ModelStatistics.Counts {
    /// An entry of `model_stats`.
    func description(name: String, version: String) -> StateTree {
        let batches = self.batches.sorted { $0.key < $1.key }.map { rows, batch -> StateTree in
            [
                "batch_size": .int(Int64(rows)), "compute_input": batch.input.description,
                "compute_infer": batch.inference.description, "compute_output": batch.output.description,
            ]
        }
        return [
            "name": .string(name), "version": .string(version), "last_inference": .int(Int64(lastInference)),
            "inference_count": .int(Int64(rows)), "execution_count": .int(Int64(executions)),
            "inference_stats": [
                "success": success.description, "fail": fail.description, "queue": queue.description,
                "compute_input": input.description, "compute_infer": inference.description,
                "compute_output": output.description,
            ],
            "batch_stats": .list(batches),
        ]
    }
}

extension ModelStatistics.Total {
    /// The number and the sum, as in `model_stats`.
    fileprivate var description: StateTree { ["count": .int(Int64(count)), "ns": .int(Int64(nanoseconds))] }
}
#endif
