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
        /// How many sequences of recurrent policies are kept at once.
        public var sequences = 10_000
        /// After how long a sequence is dropped that no request names.
        public var sequenceIdle: Duration = .seconds(60)
        /// What becomes of a sequence when a newer version of its model takes over.
        public var sequenceSwap = SequenceSwap.pin

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
        sequences = SequenceTable(limit: limits.sequences, idle: limits.sequenceIdle, now: now)
        draws = Atomic(seed)
    }

    /// Whether new requests are answered: until the server stops, and as long as a model can be.
    public var isReady: Bool { !isLeaving.load(ordering: .acquiring) && !isStopped.load(ordering: .acquiring) }

    /// Says from now on that new requests are not answered, though those are that were taken already.
    public func announceStop() { isLeaving.store(true, ordering: .releasing) }

    /// Answers no new request any more.
    public func stop() { isStopped.store(true, ordering: .releasing) }

    /// Answers a request at once.
    ///
    /// - Returns: nil when the model has to be read from its file first, see `answerLoading`.
    /// - Throws: `ServingError` that says what is wrong with the request, and for models that are not there.
    public func answer(_ request: InferenceRequest) throws(ServingError) -> InferenceResponse? {
        try answer(request, mayLoad: false)
    }

    /// Answers a request, and reads the model from its file before where it is not in memory, on the calling thread.
    ///
    /// - Throws: `ServingError` as `answer`.
    public func answerLoading(_ request: InferenceRequest) throws(ServingError) -> InferenceResponse {
        guard let response = try answer(request, mayLoad: true) else {
            preconditionFailure("model \(request.model) was loaded, and nobody has answered")
        }
        return response
    }

    private func answer(_ request: InferenceRequest, mayLoad: Bool) throws(ServingError) -> InferenceResponse? {
        try requireRunning()
        let begin = ContinuousClock.now
        // What is wrong with them is said when it is known which model has to do with it.
        let parameters = try? RequestParameters(request.parameters)
        // Again when a sequence has ended, or a version was retired, between looking for it and acting.
        while true {
            if let sequence = pinnedSequence(of: request, parameters) {
                let (prepared, _) = try prepare(request, parameters, for: sequence.model, pinned: sequence, begin)
                if let response = try act(on: request, prepared, with: sequence.model, in: .ongoing(sequence), begin) {
                    return response
                }
                continue
            }
            let found =
                if mayLoad { try repository.leaseLoading(request.model, version: request.version) } else {
                    try repository.lease(request.model, version: request.version)
                }
            guard let lease = found else { return nil }
            let model = lease.model
            let (prepared, step) = try prepare(request, parameters, for: model, pinned: nil, begin)
            let turn: SequenceTurn
            switch step {
            case .first(let id) where prepared.parameters.endsSequence:
                // Its only step: nothing has to be kept for it.
                turn = .only(id)
            case .first(let id): turn = .new(PolicySequence(id, by: lease, now: now()))
            case .later(let sequence): turn = .ongoing(sequence)
            case .alone: turn = .none
            }
            if let response = try act(on: request, prepared, with: model, in: turn, begin) { return response }
        }
    }

    /// Checks a request, and finds out which sequence it belongs to.
    private func prepare(
        _ request: InferenceRequest, _ parameters: RequestParameters?, for model: ServedModel, pinned: PolicySequence?,
        _ begin: ContinuousClock.Instant
    ) throws(ServingError) -> (PreparedInference, SequenceStep) {
        do throws(ServingError) {
            let prepared = try PreparedInference(
                request, parameters: parameters, for: model.policy, maxRows: limits.rows
            ) { draws.add(1, ordering: .relaxed).oldValue }
            return (prepared, try step(of: prepared, request, model, pinned: pinned))
        } catch {
            model.statistics.noteFailure((ContinuousClock.now - begin).nanoseconds, error.kind)
            throw error
        }
    }

    /// Acts on a request that was checked, and notes how long that took.
    ///
    /// - Returns: nil when its sequence is over, or the version takes no new ones.
    private func act(
        on request: InferenceRequest, _ prepared: PreparedInference, with model: ServedModel, in turn: SequenceTurn,
        _ begin: ContinuousClock.Instant
    ) throws(ServingError) -> InferenceResponse? {
        let results = InferenceResults(
            model.policy, rows: prepared.rows, wantsOutputs: prepared.wanted.contains(.output))
        let checked = ContinuousClock.now
        let deadline = prepared.parameters.deadline(from: begin)
        var began = checked
        do throws(ServingError) {
            try deadline?.require(checked)
            switch turn {
            case .none: model.pool.act(on: prepared, into: results)
            case .only(let id):
                sequences.end(id, of: model.name)
                model.pool.act(on: prepared, into: results)
            case .ongoing(let sequence):
                guard let time = try act(on: prepared, into: results, in: sequence, before: deadline) else {
                    return nil
                }
                began = time
            case .new(let sequence):
                guard try actFirst(on: prepared, into: results, in: sequence) else { return nil }
            }
        } catch {
            model.statistics.noteFailure((ContinuousClock.now - begin).nanoseconds, error.kind)
            throw error
        }
        let acted = ContinuousClock.now
        let response = InferenceResponse(
            model: model.name, version: model.version, id: request.id,
            outputs: results.tensors(for: prepared, of: model.policy))
        let times = ModelStatistics.Times(
            queue: (began - checked).nanoseconds, input: (checked - begin).nanoseconds,
            inference: (acted - began).nanoseconds, output: (ContinuousClock.now - acted).nanoseconds)
        model.statistics.note(rows: prepared.rows, times, now: WallClock.milliseconds)
        return response
    }

    func requireRunning() throws(ServingError) {
        if isStopped.load(ordering: .acquiring) { throw ServingError(.unavailable, "the server is stopping") }
    }
}
#endif
