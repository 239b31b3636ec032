#if Serving
public import CoreMetrics
import Synchronization

/// A backend of swift-metrics that gives what it has counted in Prometheus's text format, version 0.0.4.
///
///     let registry = PrometheusRegistry()
///     let metrics = ServingMetrics(factory: registry)
///     print(String(decoding: registry.text(), as: UTF8.self))
///
/// Counting takes no lock; making an instrument and writing the text do. Timers become histograms with bounds from 10 µs to
/// 10 s, in seconds; recorders histograms with bounds that are powers of two, gauges and meters gauges. Instruments of the
/// same label and dimensions are one. Characters that a name cannot have become underscores.
///
/// An instrument that is destroyed with a dimension `version` does not take its numbers along: they go on in the series of
/// `version="older"`, so that sums over versions never fall. When there are many such series, those that come behind count
/// together, without `model`.
public final class PrometheusRegistry: MetricsFactory {
    /// The number of series of one metric that are made of destroyed instruments, each for its own model.
    static let olderLimit = 1000
    /// The label whose values are put together, and what they become.
    private static let version = (label: "version", older: "older")

    /// A metric: all series of a name.
    private struct Family {
        let type: String
        /// By the text of their labels.
        var series: [Entry] = []
        /// How many of them are made of destroyed ones.
        var olderCount = 0

        /// Where a series is, or would be.
        func place(of text: String) -> (index: Int, isThere: Bool) {
            var (low, high) = (0, series.count)
            while low < high {
                let middle = (low + high) / 2
                if series[middle].series.identity.text < text { low = middle + 1 } else { high = middle }
            }
            return (low, low < series.count && series[low].series.identity.text == text)
        }
    }

    /// A series, and how many instruments count in it.
    private struct Entry {
        let series: any PrometheusSeries
        var users = 0
    }

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// Nothing has been counted.
    ///
    /// - Parameter help: what metrics are, by their names, beside those of a policy server.
    public init(help: [String: String] = [:]) {
        self.help = help.merging(ServingMetrics.help) { own, _ in own }
    }

    /// What has been counted, in the text format: metrics by their names, series by their labels.
    public func text() -> [UInt8] {
        // All under the lock, so that what is destroyed meanwhile is neither there twice nor missing.
        families.withLock { families in
            var text = PrometheusText()
            for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
                text.begin(name, type: family.type, help: help[name])
                for entry in family.series { entry.series.write(to: &text) }
            }
            return text.bytes
        }
    }

    // MARK: Making instruments

    /// Makes a counter of whole numbers.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        make(label, dimensions, "counter") { PrometheusCounter($0) }
    }

    /// Makes a counter of numbers with a fraction.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        make(label, dimensions, "counter") { PrometheusSum($0) }
    }

    /// Makes a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        make(label, dimensions, "gauge") { PrometheusGauge($0) }
    }

    /// Makes a histogram, or a gauge when nothing is put together.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if !aggregate { return make(label, dimensions, "gauge") { PrometheusGauge($0) } }
        return make(label, dimensions, "histogram") { PrometheusRecorder($0) }
    }

    /// Makes a histogram of times.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        make(label, dimensions, "histogram") { PrometheusTimer($0) }
    }

    private func make<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ type: String,
        _ series: (SeriesIdentity) -> Series
    ) -> Series {
        let labels = dimensions.map { (name: Self.name($0.0, isLabel: true), value: $0.1) }
        let name = Self.name(label)
        return families.withLock { families in
            // What another type has under the same name stays apart from it.
            for name in [name, "\(name)_\(type)", "\(name)_\(Series.self)"] {
                let identity = SeriesIdentity(name: name, labels: labels)
                if let made = Self.series(identity, type, in: &families, series) { return made }
            }
            return series(SeriesIdentity(name: name, labels: labels))
        }
    }

    /// The series of a name and labels, which is made when there is none; nil when it is of another type.
    private static func series<Series: PrometheusSeries>(
        _ identity: SeriesIdentity, _ type: String, in families: inout [String: Family],
        isOlder: Bool = false, _ make: (SeriesIdentity) -> Series
    ) -> Series? {
        var family = families[identity.name] ?? Family(type: type)
        guard family.type == type else { return nil }
        families[identity.name] = nil
        defer { families[identity.name] = family }
        let place = family.place(of: identity.text)
        if place.isThere {
            guard let series = family.series[place.index].series as? Series else { return nil }
            if !isOlder { family.series[place.index].users += 1 }
            return series
        }
        let series = make(identity)
        family.series.insert(Entry(series: series, users: 1), at: place.index)
        if isOlder { family.olderCount += 1 }
        return series
    }

    /// A text with only such characters as names can have.
    private static func name(_ text: String, isLabel: Bool = false) -> String {
        var name = ""
        for character in text.unicodeScalars {
            switch character {
            case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(character)
            case ":" where !isLabel: name.unicodeScalars.append(character)
            case "0"..."9" where !name.isEmpty: name.unicodeScalars.append(character)
            default: name += "_"
            }
        }
        return name.isEmpty ? "_" : name
    }

    // MARK: Destroying instruments

    /// Lets go of a counter.
    public func destroyCounter(_ handler: any CounterHandler) {
        if let series = handler as? PrometheusCounter { destroy(series) { PrometheusCounter($0) } }
    }

    /// Lets go of a counter.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        if let series = handler as? PrometheusSum { destroy(series) { PrometheusSum($0) } }
    }

    /// Lets go of a gauge.
    public func destroyMeter(_ handler: any MeterHandler) {
        if let series = handler as? PrometheusGauge { destroy(series) { PrometheusGauge($0) } }
    }

    /// Lets go of a histogram or a gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) {
        if let series = handler as? PrometheusRecorder { destroy(series) { PrometheusRecorder($0) } }
        if let series = handler as? PrometheusGauge { destroy(series) { PrometheusGauge($0) } }
    }

    /// Lets go of a histogram of times.
    public func destroyTimer(_ handler: any TimerHandler) {
        if let series = handler as? PrometheusTimer { destroy(series) { PrometheusTimer($0) } }
    }

    private func destroy<Series: PrometheusSeries>(_ series: Series, _ make: (SeriesIdentity) -> Series) {
        let identity = series.identity
        families.withLock { families in
            guard var family = families[identity.name] else { return }
            let place = family.place(of: identity.text)
            guard place.isThere, family.series[place.index].series === series else { return }
            family.series[place.index].users -= 1
            let isOver = family.series[place.index].users == 0
            if isOver { family.series.remove(at: place.index) }
            families[identity.name] = family
            guard isOver, family.type != "gauge", identity[Self.version.label] != nil else { return }
            var labels = identity.labels
            for index in labels.indices where labels[index].name == Self.version.label {
                labels[index].value = Self.version.older
            }
            if family.olderCount >= Self.olderLimit,
                !family.place(of: SeriesIdentity(name: identity.name, labels: labels).text).isThere
            {
                labels.removeAll { $0.name == "model" }
            }
            let older = SeriesIdentity(name: identity.name, labels: labels)
            Self.series(older, family.type, in: &families, isOlder: true, make)?.absorb(series)
        }
    }
}
#endif
