#if Serving
import CoreMetrics

/// Counts the answers over one transport by their statuses.
package struct AnswerMetrics: Sendable {
    private let counters: [(code: Int, counter: Counter)]
    private let others: Counter

    /// Makes the counters.
    ///
    /// - Parameters:
    ///   - transport: how answers travel, as `http`.
    ///   - codes: the statuses that there are, the usual one first.
    ///   - metrics: with whose instruments to count.
    package init(transport: String, codes: [Int], _ metrics: ServingMetrics) {
        func counter(_ code: String) -> Counter {
            Counter(
                label: "rein_answers_total", dimensions: [("transport", transport), ("code", code)],
                factory: metrics.factory)
        }
        counters = codes.map { ($0, counter(String($0))) }
        others = counter("other")
    }

    /// Counts an answer.
    package func note(_ code: Int) {
        for entry in counters where entry.code == code { return entry.counter.increment(by: Int64(1)) }
        others.increment(by: Int64(1))
    }
}
#endif
