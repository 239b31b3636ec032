#if Serving
import ReinCheckpoints

/// What is answered on the port of metrics, without sockets.
struct MetricsGateway: Sendable {
    /// What is told.
    let registry: PrometheusRegistry
    /// Whose state is looked at before.
    let service: InferenceService
    /// What clients have to show; nothing when nil.
    var token: AccessToken?

    /// Why a request is not answered; nil when it is.
    func refusal(_ query: HTTPQuery) -> HTTPAnswer? {
        do throws(ServingError) {
            try token?.check(query.authorization)
            guard query.path.prefix(while: { $0 != "?" }) == "/metrics" else {
                throw ServingError(.notFound, "there is no \(query.path.shortened); metrics are at /metrics")
            }
            guard query.method == "GET" || query.method == "HEAD" else {
                var answer = HTTPAnswer(
                    ServingError(.methodNotAllowed, "\(query.method.shortened): the path is for GET"))
                answer.allow = "GET, HEAD"
                return answer
            }
            return nil
        } catch { return HTTPAnswer(error) }
    }

    /// What has been counted.
    func answer() -> HTTPAnswer {
        service.noteState()
        var answer = HTTPAnswer()
        answer.body = registry.text()
        answer.contentType = PrometheusText.contentType
        return answer
    }
}
#endif
