#if Serving
public import CoreMetrics
import Synchronization

/// What a policy server counts, through swift-metrics: whichever backend a program has chosen gets it.
///
///     MetricsSystem.bootstrap(backend)
///     let repository = try ModelRepository(.init(sources: sources), metrics: ServingMetrics())
///
/// Each version of a model has instruments of its own from its first request on. They stay when the version has gone; but of
/// a model only the last 8 versions that have gone keep theirs, and of all models together 1,000: those before are
/// destroyed, and `PrometheusRegistry` goes on with their numbers as `version="older"`. Names that clients send for models
/// that there are not never become labels.
public final class ServingMetrics: Sendable {
    /// How many versions of a model that have gone keep their instruments.
    static let goneLimit = 8
    /// How many of all models that have gone keep their instruments.
    static let allGoneLimit = 1000

    /// Who makes instruments.
    let factory: any MetricsFactory
    private let loads: Counter
    private let failedLoads: Counter
    private let swaps: Counter
    private let models: Gauge
    private let modelBytes: Gauge
    private let sequences: Gauge
    private let connections: Gauge
    private let state = Mutex(State())

    private struct Key: Hashable {
        let model: String
        let version: String
    }

    private struct State {
        var users: [Key: (metrics: ModelMetrics, count: Int)] = [:]
        /// Those that nobody uses any more, in the order in which that has come to be.
        var gone: [Key] = []
    }

    /// Makes the instruments of a server.
    ///
    /// - Parameter factory: who makes them; whom the program has chosen unless it is another.
    public init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
        loads = Counter(label: "rein_model_loads_total", factory: factory)
        failedLoads = Counter(label: "rein_model_load_failures_total", factory: factory)
        swaps = Counter(label: "rein_model_swaps_total", factory: factory)
        models = Gauge(label: "rein_models_loaded", factory: factory)
        modelBytes = Gauge(label: "rein_models_bytes", factory: factory)
        sequences = Gauge(label: "rein_sequences", factory: factory)
        connections = Gauge(label: "rein_http_connections", factory: factory)
    }

    /// Counts a version that was read.
    func noteLoad() { loads.increment(by: Int64(1)) }

    /// Counts a version that could not be read, or was refused.
    func noteFailedLoad() { failedLoads.increment(by: Int64(1)) }

    /// Counts a version that took over from another one.
    func noteSwap() { swaps.increment(by: Int64(1)) }

    /// Notes how things stand: the versions in memory and their bytes, and the sequences that have not ended.
    func noteState(models: Int, bytes: Int, sequences: Int) {
        self.models.record(Int64(models))
        modelBytes.record(Int64(bytes))
        self.sequences.record(Int64(sequences))
    }

    /// Notes how many connections of HTTP are open.
    func noteConnections(_ count: Int) { connections.record(Int64(count)) }

    /// The instruments of a version of a model, until as many calls of `release` as of this one.
    func instruments(model: String, version: String) -> ModelMetrics {
        let key = Key(model: model, version: version)
        return state.withLock { state in
            if let (metrics, count) = state.users[key] {
                if count == 0 { state.gone.removeAll { $0 == key } }
                state.users[key] = (metrics, count + 1)
                return metrics
            }
            let metrics = ModelMetrics(model: model, version: version, factory)
            state.users[key] = (metrics, 1)
            return metrics
        }
    }

    /// Lets go of the instruments of a version, whose requests have all been answered.
    func release(_ metrics: ModelMetrics) {
        let key = Key(model: metrics.model, version: metrics.version)
        state.withLock { state in
            guard let count = state.users[key]?.count else { return }
            state.users[key] = (metrics, count - 1)
            guard count == 1 else { return }
            state.gone.append(key)
            var oldest: Int?
            if state.gone.count(where: { $0.model == key.model }) > Self.goneLimit {
                oldest = state.gone.firstIndex { $0.model == key.model }
            } else if state.gone.count > Self.allGoneLimit {
                oldest = 0
            }
            guard let oldest else { return }
            state.users.removeValue(forKey: state.gone.remove(at: oldest))?.metrics.destroy()
        }
    }
}

extension ServingMetrics {
    /// What the metrics are, by their names.
    static let help = [
        "rein_requests_total": "Requests to versions of models, by what has come of them.",
        "rein_rows_total": "Rows of observations that were acted on.",
        "rein_batch_size": "Rows that were acted on at once.",
        "rein_request_seconds": "From the arrival of an answered request to its answer.",
        "rein_queue_seconds": "How long answered requests waited until their policy acted.",
        "rein_inference_seconds": "How long policies acted on answered requests.",
        "rein_answers_total": "Answers by their status, refusals before a model is known included.",
        "rein_model_loads_total": "Versions of models that were read.",
        "rein_model_load_failures_total": "Versions of models that could not be read or were refused.",
        "rein_model_swaps_total": "How often a newer version has taken over from another one.",
        "rein_models_loaded": "Versions of models in memory.",
        "rein_models_bytes": "Bytes of the models in memory.",
        "rein_sequences": "Sequences of recurrent policies that have begun and not ended.",
        "rein_http_connections": "Connections over HTTP that are open, at the last look at the directories.",
        "nv_inference_request_success": "Number of successful inference requests.",
        "nv_inference_request_failure": "Number of failed inference requests.",
        "nv_inference_count": "Number of inferences performed; a batch of n is n.",
        "nv_inference_exec_count": "Number of executions; a batch is one.",
        "nv_inference_request_duration_us": "Cumulative duration of requests in microseconds.",
        "nv_inference_queue_duration_us": "Cumulative duration of waiting in microseconds.",
        "nv_inference_compute_infer_duration_us": "Cumulative duration of inference in microseconds.",
        "nv_inference_pending_request_count": "Number of requests that wait for their policy.",
    ]
}
#endif
