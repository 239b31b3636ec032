#if Serving
import CoreMetrics
import Dispatch
import Testing

@testable import ReinServing

@Suite("Prometheus's text format")
struct PrometheusRegistryTests {
    private func lines(_ registry: PrometheusRegistry) -> [String] {
        String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("Metrics are told by their names, series by their labels, with escapes")
    func text() {
        let registry = PrometheusRegistry(help: ["b_total": "Of b,\nand \\ c."])
        let labels = [("model", "a\"b\\c\nd"), ("code", "200")]
        Counter(label: "b_total", dimensions: labels, factory: registry).increment(by: 3)
        Counter(label: "b_total", dimensions: [("model", "Ünï"), ("code", "200")], factory: registry).increment()
        Gauge(label: "a.gauge-1", factory: registry).record(-2.5)
        FloatingPointCounter(label: "c_total", factory: registry).increment(by: 0.25)
        Meter(label: "1d", dimensions: [("x.y", "")], factory: registry).increment(by: 7.0)
        #expect(
            lines(registry) == [
                "# TYPE _d gauge", #"_d{x_y=""} 7"#, "# TYPE a_gauge_1 gauge", "a_gauge_1 -2.5",
                #"# HELP b_total Of b,\nand \\ c."#, "# TYPE b_total counter",
                #"b_total{code="200",model="a\"b\\c\nd"} 3"#, #"b_total{code="200",model="Ünï"} 1"#,
                "# TYPE c_total counter", "c_total 0.25",
            ])
        #expect(registry.text() == registry.text())
    }

    @Test("Times and sizes become histograms whose numbers agree")
    func histograms() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "t_seconds", dimensions: [("m", "a")], factory: registry)
        for nanoseconds: Int64 in [-5, 0, 10_000, 10_001, 3_000_000, 60_000_000_000] {
            timer.recordNanoseconds(nanoseconds)
        }
        let recorder = Recorder(label: "size", factory: registry)
        for size in [1, 2, 3, 256, 1_000_000] { recorder.record(size) }
        recorder.record(Double.nan)
        let lines = lines(registry)
        for line in [
            "# TYPE t_seconds histogram", #"t_seconds_bucket{m="a",le="1e-05"} 3"#,
            #"t_seconds_bucket{m="a",le="2.5e-05"} 4"#, #"t_seconds_bucket{m="a",le="0.0025"} 4"#,
            #"t_seconds_bucket{m="a",le="0.005"} 5"#, #"t_seconds_bucket{m="a",le="10.0"} 5"#,
            #"t_seconds_bucket{m="a",le="+Inf"} 6"#, #"t_seconds_count{m="a"} 6"#,
            #"t_seconds_sum{m="a"} 60.003020001"#,
            #"size_bucket{le="1"} 1"#, #"size_bucket{le="4"} 3"#, #"size_bucket{le="256"} 4"#,
            #"size_bucket{le="65536"} 4"#, #"size_bucket{le="+Inf"} 5"#, "size_sum 1000262", "size_count 5",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test("The same name and labels are one series; another type stays apart")
    func same() {
        let registry = PrometheusRegistry()
        for _ in 0..<2 { Counter(label: "x", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment() }
        Counter(label: "x", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        Gauge(label: "x", factory: registry).record(5)
        FloatingPointCounter(label: "x", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment(by: 0.5)
        #expect(
            lines(registry) == [
                "# TYPE x counter", #"x{a="1",b="2"} 3"#, "# TYPE x_counter counter", #"x_counter{a="1",b="2"} 0.5"#,
                "# TYPE x_gauge gauge", "x_gauge 5",
            ])
    }

    @Test("Numbers of a version that is destroyed go on in those of older ones")
    func destroyed() {
        let registry = PrometheusRegistry()
        func counter(_ model: String, _ version: String) -> Counter {
            Counter(label: "n", dimensions: [("model", model), ("version", version)], factory: registry)
        }
        for version in 1...3 {
            let counter = counter("red", "\(version)")
            counter.increment(by: version)
            if version < 3 { counter.destroy() }
        }
        #expect(
            lines(registry) == [
                "# TYPE n counter", #"n{model="red",version="3"} 3"#, #"n{model="red",version="older"} 3"#,
            ])
        let twice = [counter("red", "3"), counter("red", "4")]
        twice[0].destroy()
        #expect(lines(registry).contains(#"n{model="red",version="3"} 3"#))
        let timer = Timer(label: "t", dimensions: [("version", "1")], factory: registry)
        timer.recordNanoseconds(Int64(20_000))
        timer.destroy()
        #expect(lines(registry).contains(#"t_bucket{version="older",le="2.5e-05"} 1"#))
        let gauge = Gauge(label: "g", dimensions: [("version", "1")], factory: registry)
        gauge.record(1)
        gauge.destroy()
        #expect(!lines(registry).contains { $0.contains("g{") })
    }

    @Test("However many models come and go, there is a limit to the series")
    func bounded() {
        let registry = PrometheusRegistry()
        let count = PrometheusFamily.olderLimit + 50
        for index in 0..<count {
            let counter = Counter(
                label: "n", dimensions: [("model", "m\(index)"), ("version", "1")], factory: registry)
            counter.increment()
            counter.destroy()
        }
        let lines = lines(registry)
        #expect(lines.count == PrometheusFamily.olderLimit + 2)
        #expect(lines.contains(#"n{version="older"} 50"#))
    }

    @Test("Counting on several threads loses nothing, also while it is told")
    func threads() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "n", factory: registry)
        let sum = FloatingPointCounter(label: "s", factory: registry)
        let timer = Timer(label: "t", factory: registry)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for _ in 0..<10_000 {
                counter.increment()
                sum.increment(by: 0.5)
                timer.recordNanoseconds(Int64(1_000_000))
            }
            for _ in 0..<10 { _ = registry.text() }
        }
        let lines = lines(registry)
        #expect(lines.contains("n 40000") && lines.contains("s 20000") && lines.contains("t_count 40000"))
        #expect(lines.contains("t_sum 40"))
    }
}
#endif
