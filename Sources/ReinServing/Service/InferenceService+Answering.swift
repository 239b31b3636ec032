#if Serving
import ReinPolicies

/// Answers: on the calling thread, or by those who wait for it.
extension InferenceService {
    /// Answers a request on the calling thread, however long that takes. It may sleep until those before it in its sequence
    /// are answered, so that the thread is not to be one of those that run tasks; see ``respond(to:)`` for those.
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

    /// Answers a request without keeping the calling thread for longer than a small policy takes: files are read by other
    /// threads, and a policy that is not small acts on others, on the requests that wait for it together.
    ///
    /// - Throws: `ServingError` as `answer`, and with `.unavailable` when too many requests wait.
    public func respond(to request: InferenceRequest) async throws(ServingError) -> InferenceResponse {
        try requireRunning()
        let begin = ContinuousClock.now
        let parameters = try? RequestParameters(request.parameters)
        while true {
            let checked: CheckedRequest
            if let found = try check(request, parameters, begin, mayLoad: false) {
                checked = found
            } else {
                let found = try await readers.run { () throws(ServingError) in
                    try self.check(request, parameters, begin, mayLoad: true)
                }
                guard let found else { preconditionFailure("a model was loaded, and is not there") }
                checked = found
            }
            if let response = try await respond(to: checked) { return response }
        }
    }

    /// Notes that a request was not answered.
    func noteFailure(of checked: CheckedRequest, _ error: ServingError) {
        checked.model.statistics.noteFailure((ContinuousClock.now - checked.begin).nanoseconds, error.kind)
    }

    /// Whether a policy acts on a request where it was read.
    func actsAtOnce(on checked: CheckedRequest) -> Bool {
        checked.model.cost.nanoseconds(rows: checked.prepared.rows) <= limits.inlineBelow.nanoseconds
    }

    private func answer(_ request: InferenceRequest, mayLoad: Bool) throws(ServingError) -> InferenceResponse? {
        try requireRunning()
        let begin = ContinuousClock.now
        // What is wrong with them is said when it is known which model has to do with it.
        let parameters = try? RequestParameters(request.parameters)
        // Again when a sequence has ended, or a version was retired, between looking for it and acting.
        while true {
            guard let checked = try check(request, parameters, begin, mayLoad: mayLoad) else { return nil }
            if let response = try answer(checked) { return response }
        }
    }

    /// Acts on a request on the calling thread.
    ///
    /// - Returns: nil when its sequence is over, or the version takes no new ones.
    private func answer(_ checked: CheckedRequest) throws(ServingError) -> InferenceResponse? {
        let sequence = checked.turn.sequence
        do throws(ServingError) {
            try sequence?.enterTurnSleeping()
            defer { sequence?.leaveTurn() }
            return try actAtOnce(on: checked)
        } catch {
            noteFailure(of: checked, error)
            throw error
        }
    }

    /// Acts on a request on the calling thread if the policy is small, and otherwise when it is its turn.
    ///
    /// - Returns: nil when its sequence is over, or the version takes no new ones.
    private func respond(to checked: CheckedRequest) async throws(ServingError) -> InferenceResponse? {
        let sequence = checked.turn.sequence
        do throws(ServingError) {
            try await sequence?.enterTurn()
            defer { sequence?.leaveTurn() }
            if actsAtOnce(on: checked) { return try actAtOnce(on: checked) }
            return try await actInTurn(on: checked)
        } catch {
            noteFailure(of: checked, error)
            throw error
        }
    }

    /// Acts on the calling thread, which has the sequence's turn.
    func actAtOnce(on checked: CheckedRequest) throws(ServingError) -> InferenceResponse? {
        let began = ContinuousClock.now
        guard try open(checked, began) else { return nil }
        checked.model.pool.act(on: checked.prepared, into: checked.results)
        let ended = ContinuousClock.now
        try close(checked)
        return response(to: checked, began: began, ended: ended, executed: checked.prepared.rows)
    }

    /// Has a thread act that does nothing else. The caller has the sequence's turn.
    private func actInTurn(on checked: CheckedRequest) async throws(ServingError) -> InferenceResponse? {
        guard try open(checked, .now) else { return nil }
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<QueuedInference.Outcome, Never>) in
            let item = QueuedInference(checked.prepared, into: checked.results, before: checked.deadline) {
                waiter.resume(returning: $0)
            }
            do throws(ServingError) {
                try checked.model.queue.enter(item, under: batching)
            } catch { waiter.resume(returning: .refused(error)) }
        }
        switch outcome {
        case .acted(let began, let ended, let executed):
            try close(checked)
            return response(to: checked, began: began, ended: ended, executed: executed)
        case .refused(let error):
            forgetBegun(checked)
            throw error
        }
    }
}
#endif
