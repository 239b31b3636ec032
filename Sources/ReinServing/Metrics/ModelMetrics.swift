#if Serving
import CoreMetrics
import Synchronization

/// The instruments of one version of a model. They are made once; counting a request takes atomic additions only, in the
/// backend of this package.
final class ModelMetrics: Sendable {
    /// The name of the model.
    let model: String
    /// The version.
    let version: String

    private let factory: any MetricsFactory
    private let answered: Counter
    private let rows: Counter
    private let batchSize: Recorder
    private let total: CoreMetrics.Timer
    private let queue: CoreMetrics.Timer
    private let inference: CoreMetrics.Timer
    private let triton: TritonMetrics
    /// By why requests were refused; made when the first one is.
    private let refused = Mutex<[ServingError.Kind: Counter]>([:])

    /// Makes the instruments.
    init(model: String, version: String, _ factory: any MetricsFactory) {
        self.model = model
        self.version = version
        self.factory = factory
        let labels = [("model", model), ("version", version)]
        answered = Counter(label: "rein_requests_total", dimensions: labels + [("status", "ok")], factory: factory)
        rows = Counter(label: "rein_rows_total", dimensions: labels, factory: factory)
        batchSize = Recorder(label: "rein_batch_size", dimensions: labels, aggregate: true, factory: factory)
        total = Timer(label: "rein_request_seconds", dimensions: labels, factory: factory)
        queue = Timer(label: "rein_queue_seconds", dimensions: labels, factory: factory)
        inference = Timer(label: "rein_inference_seconds", dimensions: labels, factory: factory)
        triton = TritonMetrics(labels, factory)
    }

    /// Notes a request that was answered.
    ///
    /// - Parameters:
    ///   - rows: its rows.
    ///   - times: what its time went to.
    ///   - execution: how many rows were acted on at once, these among them; nil when that was noted with another request.
    func note(rows: Int, _ times: RequestTimes, execution: Int?) {
        answered.increment(by: Int64(1))
        self.rows.increment(by: Int64(rows))
        if let execution { batchSize.record(Int64(execution)) }
        total.recordNanoseconds(Int64(times.total))
        queue.recordNanoseconds(Int64(times.queue))
        inference.recordNanoseconds(Int64(times.inference))
        triton.note(rows: rows, times, isExecution: execution != nil)
    }

    /// Notes a request that was refused.
    func noteRefusal(_ kind: ServingError.Kind) {
        let counter = refused.withLock { refused in
            if let counter = refused[kind] { return counter }
            let counter = Counter(
                label: "rein_requests_total",
                dimensions: [("model", model), ("version", version), ("status", kind.label)], factory: factory)
            refused[kind] = counter
            return counter
        }
        counter.increment(by: Int64(1))
        triton.noteRefusal()
    }

    /// Notes that so many more requests wait for their policy; fewer when negative.
    func noteWaiting(_ change: Int) { triton.noteWaiting(change) }

    /// Tells the backend that nothing more is counted.
    func destroy() {
        answered.destroy()
        rows.destroy()
        batchSize.destroy()
        total.destroy()
        queue.destroy()
        inference.destroy()
        triton.destroy()
        for counter in refused.withLock({ $0 }).values { counter.destroy() }
    }
}

/// What Triton's users know, under its names.
private struct TritonMetrics: Sendable {
    private let success: Counter
    private let failure: Counter
    private let count: Counter
    private let executions: Counter
    private let total: FloatingPointCounter
    private let queue: FloatingPointCounter
    private let inference: FloatingPointCounter
    private let pending: Meter

    init(_ labels: [(String, String)], _ factory: any MetricsFactory) {
        func counter(_ name: String) -> Counter {
            Counter(label: "nv_inference_\(name)", dimensions: labels, factory: factory)
        }
        func microseconds(_ name: String) -> FloatingPointCounter {
            FloatingPointCounter(label: "nv_inference_\(name)_duration_us", dimensions: labels, factory: factory)
        }
        success = counter("request_success")
        failure = counter("request_failure")
        count = counter("count")
        executions = counter("exec_count")
        total = microseconds("request")
        queue = microseconds("queue")
        inference = microseconds("compute_infer")
        pending = Meter(label: "nv_inference_pending_request_count", dimensions: labels, factory: factory)
    }

    func note(rows: Int, _ times: RequestTimes, isExecution: Bool) {
        success.increment(by: Int64(1))
        count.increment(by: Int64(rows))
        if isExecution { executions.increment(by: Int64(1)) }
        // Small policies act for less than a microsecond.
        total.increment(by: Double(times.total) / 1000)
        queue.increment(by: Double(times.queue) / 1000)
        inference.increment(by: Double(times.inference) / 1000)
    }

    func noteRefusal() { failure.increment(by: Int64(1)) }

    func noteWaiting(_ change: Int) { pending.increment(by: Double(change)) }

    func destroy() {
        success.destroy()
        failure.destroy()
        count.destroy()
        executions.destroy()
        total.destroy()
        queue.destroy()
        inference.destroy()
        pending.destroy()
    }
}

extension ServingError.Kind {
    /// What metrics and logs call it.
    var label: String {
        switch self {
        case .invalidArgument: "invalid_argument"
        case .unauthenticated: "unauthenticated"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .requestTimeout: "request_timeout"
        case .tooLarge: "too_large"
        case .unsupportedEncoding: "unsupported_encoding"
        case .headTooLarge: "head_too_large"
        case .unavailable: "unavailable"
        case .deadlineExceeded: "deadline_exceeded"
        }
    }
}
#endif
