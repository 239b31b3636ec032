#if Serving
/// Who is told what is answered over HTTP: metrics, and the log if there is one.
struct AnswerRecord: Sendable {
    /// Counts what is answered.
    let answers: AnswerMetrics
    /// Who is told of it.
    let log: ServerLog?

    /// When a request begins, if anybody wants to know how long it takes.
    func begin() -> ContinuousClock.Instant? { log == nil ? nil : .now }

    /// Notes an answer.
    ///
    /// - Parameters:
    ///   - bytes: the size of its body.
    ///   - began: when the request began.
    func note(_ answer: HTTPAnswer, to query: HTTPQuery, bytes: Int, since began: ContinuousClock.Instant?) {
        answers.note(answer.status)
        guard let log, let began else { return }
        log.note(
            ServerLog.Answer(
                method: query.method, path: query.path, status: answer.status, bytes: bytes,
                took: ContinuousClock.now - began, subject: answer.subject),
            refusal: answer.refusal)
    }

    /// Notes that a connection was refused, or given up, where nobody answers a request.
    func note(_ kind: ServingError.Kind) {
        answers.note(kind.status)
        log?.noteRefusal(kind)
    }
}
#endif
