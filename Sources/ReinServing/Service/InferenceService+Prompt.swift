#if Serving
import ReinPolicies

/// Answers without a task: for those who read requests on an event loop, to which a task costs more than a small policy.
extension InferenceService {
    /// What becomes of a request.
    package enum PromptAnswer {
        /// The policy has acted.
        case now(InferenceResponse)
        /// It is told later.
        case later
        /// A file has to be read first, or the request is a step of a sequence, and may have to wait for those before it.
        case byOthers
    }

    /// Answers a request without keeping the calling thread for longer than a small policy takes.
    ///
    /// - Parameter tell: is told the answer, or why there is none, once and on another thread, when this returns `later`.
    /// - Returns: the answer; where it is to be given by others, nothing has been done: see `respond(to:)`.
    /// - Throws: `ServingError` as `answer`, and with `.unavailable` when too many requests wait.
    package func answerPromptly(
        _ request: InferenceRequest,
        later tell: @escaping @Sendable (Result<InferenceResponse, ServingError>) -> Void
    ) throws(ServingError) -> PromptAnswer {
        try requireRunning()
        let begin = ContinuousClock.now
        let parameters = try? RequestParameters(request.parameters)
        guard parameters?.sequence == nil, let checked = try check(request, parameters, begin, mayLoad: false),
            checked.turn.sequence == nil
        else { return .byOthers }
        do throws(ServingError) {
            if actsAtOnce(on: checked) { return try actAtOnce(on: checked).map(PromptAnswer.now) ?? .byOthers }
            guard try open(checked, .now) else { return .byOthers }
            try checked.model.queue.enter(
                QueuedInference(checked.prepared, into: checked.results, before: checked.deadline) { outcome in
                    tell(self.result(of: checked, outcome))
                }, under: batching)
            return .later
        } catch {
            noteFailure(of: checked, error)
            throw error
        }
    }

    private func result(
        of checked: CheckedRequest, _ outcome: QueuedInference.Outcome
    ) -> Result<InferenceResponse, ServingError> {
        switch outcome {
        case .acted(let began, let ended, let executed):
            do throws(ServingError) {
                try close(checked)
            } catch {
                noteFailure(of: checked, error)
                return .failure(error)
            }
            return .success(response(to: checked, began: began, ended: ended, executed: executed))
        case .refused(let error):
            noteFailure(of: checked, error)
            return .failure(error)
        }
    }
}
#endif
