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
    private let families = Mutex<[String: PrometheusFamily]>([:])
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
            for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.isEmpty {
                text.begin(name, type: family.type, help: help[name])
                for series in family.series { series.write(to: &text) }
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
                guard families[name].map({ $0.type == type }) ?? true else { continue }
                let identity = SeriesIdentity(name: name, labels: labels)
                if let made = families[name, default: PrometheusFamily(type: type)].use(identity, series) {
                    return made
                }
            }
            return series(SeriesIdentity(name: name, labels: labels))
        }
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
        families.withLock { $0[series.identity.name]?.endUse(of: series, make) }
    }
}
#endif
