#if Serving
import ReinPolicies
import Synchronization

/// What a server does with requests, however they come: all checks and messages are here, once for every transport.
///
///     let service = InferenceService(repository)
///     let response = try service.answer(request)
///
/// Small policies act on the calling thread, which takes less time than handing them to another one.
public final class InferenceService: Sendable {
    /// How much is answered.
    public struct Limits: Sendable, Hashable {
        /// The largest number of rows of a request.
        public var rows = 4096

        /// The usual limits.
        public init() {}
    }

    /// The models.
    public let repository: ModelRepository
    /// How much is answered.
    public let limits: Limits

    private let isStopped = Atomic<Bool>(false)
    private let draws: Atomic<UInt64>

    /// Answers from a repository.
    ///
    /// - Parameters:
    ///   - repository: the models.
    ///   - limits: how much is answered.
    ///   - seed: what actions that are drawn without a seed of the client's begin with.
    public init(
        _ repository: ModelRepository, limits: Limits = Limits(), seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.repository = repository
        self.limits = limits
        draws = Atomic(seed)
    }

    /// Whether new requests are answered: until the server stops, and as long as a model can be.
    public var isReady: Bool { !isStopped.load(ordering: .acquiring) }

    /// Answers no new request any more.
    public func stop() { isStopped.store(true, ordering: .releasing) }

    /// Answers a request at once.
    ///
    /// - Returns: nil when the model has to be read from its file first, see `answerLoading`.
    /// - Throws: `ServingError` that says what is wrong with the request, and for models that are not there.
    public func answer(_ request: InferenceRequest) throws(ServingError) -> InferenceResponse? {
        try requireRunning()
        guard let lease = try repository.lease(request.model, version: request.version) else { return nil }
        return try answer(request, by: lease.model)
    }

    /// Answers a request, and reads the model from its file before where it is not in memory, on the calling thread.
    ///
    /// - Throws: `ServingError` as `answer`.
    public func answerLoading(_ request: InferenceRequest) throws(ServingError) -> InferenceResponse {
        try requireRunning()
        let lease = try repository.leaseLoading(request.model, version: request.version)
        return try answer(request, by: lease.model)
    }

    private func answer(_ request: InferenceRequest, by model: ServedModel) throws(ServingError) -> InferenceResponse {
        let begin = ContinuousClock.now
        let prepared: PreparedInference
        do throws(ServingError) {
            prepared = try PreparedInference(request, for: model.policy, maxRows: limits.rows) {
                draws.add(1, ordering: .relaxed).oldValue
            }
        } catch {
            model.statistics.noteFailure((ContinuousClock.now - begin).nanoseconds)
            throw error
        }
        let results = InferenceResults(
            model.policy, rows: prepared.rows, wantsOutputs: prepared.wanted.contains(.output))
        let checked = ContinuousClock.now
        model.pool.act(on: prepared, into: results)
        let acted = ContinuousClock.now
        let response = InferenceResponse(
            model: model.name, version: model.version, id: request.id,
            outputs: results.tensors(for: prepared, of: model.policy))
        let times = ModelStatistics.Times(
            input: (checked - begin).nanoseconds, inference: (acted - checked).nanoseconds,
            output: (ContinuousClock.now - acted).nanoseconds)
        model.statistics.note(rows: prepared.rows, times, now: WallClock.milliseconds)
        return response
    }

    func requireRunning() throws(ServingError) {
        if isStopped.load(ordering: .acquiring) { throw ServingError(.unavailable, "the server is stopping") }
    }
}
#endif
