#if Serving
import CoreMetrics
import Synchronization

/// How long something takes: how often it took at most each of some times between 10 µs and 10 s, and altogether.
final class PrometheusTimer: PrometheusSeries, TimerHandler {
    /// The times, in nanoseconds.
    private static let bounds: [Int64] = [
        10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
        50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    private static let texts = bounds.map { "\(Double($0) / 1e9)" }

    let identity: SeriesIdentity
    private let buckets = HistogramBuckets(count: bounds.count + 1)
    /// In nanoseconds.
    private let sum = Atomic<Int64>(0)

    init(_ identity: SeriesIdentity) { self.identity = identity }

    func recordNanoseconds(_ duration: Int64) {
        let duration = max(0, duration)
        var index = 0
        while index < Self.bounds.count, duration > Self.bounds[index] { index += 1 }
        buckets.add(at: index)
        sum.wrappingAdd(duration, ordering: .relaxed)
    }

    func write(to text: inout PrometheusText) {
        text.add(
            identity, buckets, bounds: Self.texts, sum: .real(Double(sum.load(ordering: .relaxed)) / 1e9))
    }

    func absorb(_ other: any PrometheusSeries) {
        guard let other = other as? PrometheusTimer else { return }
        for index in 0..<buckets.count { buckets.add(other.buckets[index], at: index) }
        sum.wrappingAdd(other.sum.load(ordering: .relaxed), ordering: .relaxed)
    }
}

/// How much something is: how often it was at most each of the powers of two up to 65,536, and altogether.
final class PrometheusRecorder: PrometheusSeries, RecorderHandler {
    private static let bounds = (0...16).map { Double(1 << $0) }
    private static let texts = (0...16).map { "\(1 << $0)" }

    let identity: SeriesIdentity
    private let buckets = HistogramBuckets(count: bounds.count + 1)
    private let sum = AtomicSum()

    init(_ identity: SeriesIdentity) { self.identity = identity }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        var index = 0
        while index < Self.bounds.count, value > Self.bounds[index] { index += 1 }
        buckets.add(at: index)
        sum.add(value)
    }

    func write(to text: inout PrometheusText) {
        text.add(identity, buckets, bounds: Self.texts, sum: .real(sum.value))
    }

    func absorb(_ other: any PrometheusSeries) {
        guard let other = other as? PrometheusRecorder else { return }
        for index in 0..<buckets.count { buckets.add(other.buckets[index], at: index) }
        sum.add(other.sum.value)
    }
}
#endif
