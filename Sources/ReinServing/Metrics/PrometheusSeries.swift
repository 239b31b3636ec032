#if Serving
import CoreMetrics
import Synchronization

/// What tells a series of numbers from others: the name, and labels in an order.
struct SeriesIdentity: Sendable {
    /// The name of the metric.
    let name: String
    /// The names and the values of the labels, ordered by their names.
    let labels: [(name: String, value: String)]
    /// The labels as the text format has them, without braces; empty for none.
    let text: String

    init(name: String, labels: [(name: String, value: String)]) {
        self.name = name
        self.labels = labels.sorted { $0.name < $1.name }
        text = self.labels.map { "\($0.name)=\"\(PrometheusText.escaped($0.value, quotes: true))\"" }.joined(
            separator: ",")
    }

    /// The value of a label.
    subscript(label: String) -> String? { labels.first { $0.name == label }?.value }

}

/// Numbers of one name and one set of labels.
protocol PrometheusSeries: AnyObject, Sendable {
    /// Which they are.
    var identity: SeriesIdentity { get }

    /// Writes them in the text format.
    func write(to text: inout PrometheusText)

    /// Adds the numbers of another series of the same kind, which counts no more; nothing for those that only tell how
    /// something stands.
    func absorb(_ other: any PrometheusSeries)
}

/// A whole number that only grows.
final class PrometheusCounter: PrometheusSeries, CounterHandler {
    let identity: SeriesIdentity
    private let count = Atomic<Int64>(0)

    init(_ identity: SeriesIdentity) { self.identity = identity }

    func increment(by amount: Int64) {
        if amount > 0 { count.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { count.store(0, ordering: .relaxed) }

    func write(to text: inout PrometheusText) {
        text.add(identity, .whole(count.load(ordering: .relaxed)))
    }

    func absorb(_ other: any PrometheusSeries) {
        if let other = other as? PrometheusCounter { increment(by: other.count.load(ordering: .relaxed)) }
    }
}

/// A number with a fraction that only grows.
final class PrometheusSum: PrometheusSeries, FloatingPointCounterHandler {
    let identity: SeriesIdentity
    private let sum = AtomicSum()

    init(_ identity: SeriesIdentity) { self.identity = identity }

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { sum.add(amount) }
    }

    func reset() { sum.store(0) }

    func write(to text: inout PrometheusText) { text.add(identity, .real(sum.value)) }

    func absorb(_ other: any PrometheusSeries) {
        if let other = other as? PrometheusSum { increment(by: other.sum.value) }
    }
}

/// A number that tells how something stands.
final class PrometheusGauge: PrometheusSeries, RecorderHandler, MeterHandler {
    let identity: SeriesIdentity
    private let number = AtomicSum()

    init(_ identity: SeriesIdentity) { self.identity = identity }

    func record(_ value: Int64) { number.store(Double(value)) }

    func record(_ value: Double) { number.store(value) }

    func set(_ value: Int64) { number.store(Double(value)) }

    func set(_ value: Double) { number.store(value) }

    func increment(by amount: Double) { number.add(amount) }

    func decrement(by amount: Double) { number.add(-amount) }

    func write(to text: inout PrometheusText) { text.add(identity, .real(number.value)) }

    func absorb(_ other: any PrometheusSeries) {}
}
#endif
