#if Serving
import ReinPolicies

/// What is done before a policy acts, and after, whoever lets it.
extension InferenceService {
    /// Finds out who is to answer a request, and checks it.
    ///
    /// - Parameter mayLoad: whether the calling thread may read files.
    /// - Returns: nil when the model has to be read first.
    /// - Throws: `ServingError` that says what is wrong with the request, and for models that are not there.
    func check(
        _ request: InferenceRequest, _ parameters: RequestParameters?, _ begin: ContinuousClock.Instant, mayLoad: Bool
    ) throws(ServingError) -> CheckedRequest? {
        if let sequence = pinnedSequence(of: request, parameters) {
            let (prepared, _) = try prepare(request, parameters, for: sequence.model, pinned: sequence, begin)
            return CheckedRequest(
                request, prepared, pin: nil, model: sequence.model, turn: .ongoing(sequence), begin: begin)
        }
        let found =
            if mayLoad { try repository.leaseLoading(request.model, version: request.version) } else {
                try repository.lease(request.model, version: request.version)
            }
        guard let lease = found else { return nil }
        let model = lease.model
        let (prepared, step) = try prepare(request, parameters, for: model, pinned: nil, begin)
        let turn: SequenceTurn
        var pin: ModelPin?
        switch step {
        case .first(let id) where !prepared.parameters.endsSequence:
            turn = .new(PolicySequence(id, by: lease, now: now()))
        case .first(let id):
            // Its only step: nothing has to be kept for it.
            turn = .only(id)
            pin = lease.pinned()
        case .later(let sequence):
            turn = .ongoing(sequence)
            pin = lease.pinned()
        case .alone:
            turn = .none
            pin = lease.pinned()
        }
        return CheckedRequest(request, prepared, pin: pin, model: model, turn: turn, begin: begin)
    }

    /// Checks a request, and finds out which sequence it belongs to.
    private func prepare(
        _ request: InferenceRequest, _ parameters: RequestParameters?, for model: ServedModel, pinned: PolicySequence?,
        _ begin: ContinuousClock.Instant
    ) throws(ServingError) -> (PreparedInference, SequenceStep) {
        do throws(ServingError) {
            let prepared = try PreparedInference(
                request, parameters: parameters, for: model.policy, maxRows: limits.rows, freshSeed: freshSeed)
            return (prepared, try step(of: prepared, request, model, pinned: pinned))
        } catch {
            model.statistics.noteFailure((ContinuousClock.now - begin).nanoseconds, error.kind)
            throw error
        }
    }

    /// Prepares to act on a request, which has the turn of its sequence.
    ///
    /// - Returns: false when its sequence is over, or the version takes no new ones.
    /// - Throws: `ServingError` with `.deadlineExceeded` when its client does not wait any more, and with `.unavailable` when
    ///   there are too many sequences.
    func open(_ checked: CheckedRequest, _ time: ContinuousClock.Instant) throws(ServingError) -> Bool {
        try checked.deadline?.require(time)
        switch checked.turn {
        case .none: break
        case .only(let id): sequences.end(id, of: checked.model.name)
        case .new(let sequence):
            guard try sequences.begin(sequence) else { return false }
            sequence.recall(for: checked.prepared)
        case .ongoing(let sequence):
            guard !sequence.isOver else { return false }
            sequence.recall(for: checked.prepared)
        }
        return true
    }

    /// Takes over what the policy remembers, which has acted on a request.
    ///
    /// - Throws: `ServingError` with `.invalidArgument` when what it did is not finite: as if it had not acted.
    func close(_ checked: CheckedRequest) throws(ServingError) {
        do throws(ServingError) {
            try checked.requireFiniteAnswer()
        } catch {
            forgetBegun(checked)
            throw error
        }
        guard let sequence = checked.turn.sequence else { return }
        sequence.remember(checked.prepared)
        if checked.prepared.parameters.endsSequence { sequences.end(sequence) }
    }

    /// Ends the sequence that a request has begun, which is refused: it begins none.
    func forgetBegun(_ checked: CheckedRequest) {
        if case .new(let sequence) = checked.turn { sequences.end(sequence) }
    }

    /// Puts the answer together, and notes how long everything took.
    ///
    /// - Parameter executed: the number of rows that the policy acted on at once, for one request of those; nil for others.
    func response(
        to checked: CheckedRequest, began: ContinuousClock.Instant, ended: ContinuousClock.Instant, executed: Int?
    ) -> InferenceResponse {
        let model = checked.model
        let start = ContinuousClock.now
        let response = InferenceResponse(
            model: model.name, version: model.version, id: checked.request.id,
            outputs: checked.results.tensors(for: checked.prepared, of: model.policy))
        let times = ModelStatistics.Times(
            queue: (began - checked.checked).nanoseconds, input: (checked.checked - checked.begin).nanoseconds,
            inference: (ended - began).nanoseconds, output: (ContinuousClock.now - start).nanoseconds)
        model.statistics.note(
            rows: checked.prepared.rows, times, now: WallClock.milliseconds, execution: executed)
        return response
    }
}
#endif
