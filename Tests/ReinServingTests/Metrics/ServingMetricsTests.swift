#if Serving
import CoreMetrics
import Dispatch
import Foundation
import ReinCheckpoints
import Testing

@testable import ReinServing

@Suite("What a server counts")
struct ServingMetricsTests {
    /// A gateway to a run whose policies choose the number of their checkpoint, and what is counted.
    private func withGateway(
        _ ids: [String] = ["red"], _ body: (HTTPGateway, RunFolder, PrometheusRegistry) throws -> Void
    ) throws {
        try RunFolder.with { run in
            try run.write(1, ids.map { try .init($0) })
            let registry = PrometheusRegistry()
            let repository = try ModelRepository(
                .init(sources: [ModelSource(path: run.path)]), metrics: ServingMetrics(factory: registry))
            try body(HTTPGateway(service: InferenceService(repository, seed: 1)), run, registry)
        }
    }

    private func infer(_ gateway: HTTPGateway, _ model: String = "red", rows: Int = 1) throws -> Int {
        let data = [String](repeating: "0", count: 3 * rows).joined(separator: ",")
        let body = #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[\#(rows),3],"data":[\#(data)]}]}"#
        return try #require(try gateway.post("/v2/models/\(model)/infer", body).keys.first)
    }

    private func lines(_ registry: PrometheusRegistry) -> [String] {
        String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("Requests are counted by model, version and what came of them, under Triton's names as well")
    func requests() throws {
        try withGateway { gateway, _, registry in
            #expect(!lines(registry).contains { $0.contains("red") })
            #expect(try infer(gateway) == 200)
            #expect(try infer(gateway, rows: 5) == 200)
            #expect(try gateway.post("/v2/models/red/infer", #"{"inputs":[]}"#).keys.first == 400)
            #expect(try infer(gateway, "nobody") == 404)
            #expect(try gateway.post("/v2/models/red/versions/77/infer", "{}").keys.first == 400)
            let lines = lines(registry)
            let labels = #"{model="red",version="1"}"#
            for line in [
                #"rein_requests_total{model="red",status="ok",version="1"} 2"#,
                #"rein_requests_total{model="red",status="invalid_argument",version="1"} 1"#,
                "rein_rows_total\(labels) 6", "rein_batch_size_count\(labels) 2", "rein_batch_size_sum\(labels) 6",
                #"rein_batch_size_bucket{model="red",version="1",le="4"} 1"#, "rein_request_seconds_count\(labels) 2",
                "rein_queue_seconds_count\(labels) 2", "rein_inference_seconds_count\(labels) 2",
                "nv_inference_request_success\(labels) 2", "nv_inference_request_failure\(labels) 1",
                "nv_inference_count\(labels) 6", "nv_inference_exec_count\(labels) 2",
                "nv_inference_pending_request_count\(labels) 0", "rein_model_loads_total 1",
                "# TYPE rein_request_seconds histogram", "# TYPE nv_inference_pending_request_count gauge",
            ] { #expect(lines.contains(line), "\(line)") }
            #expect(!lines.contains { $0.contains("nobody") || $0.contains("\"77\"") })
            for name in ["request", "compute_infer"] {
                let line = try #require(lines.first { $0.hasPrefix("nv_inference_\(name)_duration_us{") })
                #expect(try #require(Double(line.split(separator: " ")[1])) > 0)
            }
            let named = lines.filter { $0.hasPrefix("# TYPE") }.map { $0.split(separator: " ")[2] }
            for name in named { #expect(lines.contains { $0.hasPrefix("# HELP \(name) ") }, "\(name)") }
        }
    }

    @Test("How things stand is told when somebody looks")
    func state() throws {
        try withGateway(["red", "blue"]) { gateway, run, registry in
            for model in ["red", "blue"] { #expect(try infer(gateway, model) == 200) }
            let metrics = MetricsGateway(registry: registry, service: gateway.service)
            #expect(metrics.refusal(HTTPQuery("GET", "/metrics?x")) == nil)
            let answer = metrics.answer()
            #expect(answer.status == 200 && answer.contentType == "text/plain; version=0.0.4")
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.contains("\nrein_models_loaded 2\n") && text.contains("\nrein_sequences 0\n"))
            #expect(text.contains("\nrein_models_bytes \(gateway.service.repository.byteCount)\n"))
            try run.write(2, ["red"])
            gateway.service.repository.poll()
            #expect(lines(registry).contains("rein_model_swaps_total 1"))
            try Data("?".utf8).write(to: URL(fileURLWithPath: run.checkpoint(3)))
            try run.write(4, ["red"])
            try RunFolder.flipByte(of: run.stateFile(4, "red"))
            gateway.service.repository.poll()
            #expect(lines(registry).contains("rein_model_load_failures_total 1"))
        }
    }

    @Test("Metrics are read, at their path, by whoever has the token")
    func endpoint() throws {
        try withGateway { gateway, _, registry in
            var metrics = MetricsGateway(registry: registry, service: gateway.service)
            #expect(metrics.refusal(HTTPQuery("HEAD", "/metrics")) == nil)
            #expect(metrics.refusal(HTTPQuery("GET", "/"))?.status == 404)
            let refusal = try #require(metrics.refusal(HTTPQuery("POST", "/metrics")))
            #expect(refusal.status == 405 && refusal.allow == "GET, HEAD")
            #expect(String(decoding: refusal.body, as: UTF8.self).hasPrefix(#"{"error":"#))
            metrics.token = try AccessToken("s3cret")
            for path in ["/metrics", "/"] { #expect(metrics.refusal(HTTPQuery("GET", path))?.status == 401) }
            #expect(metrics.refusal(HTTPQuery("GET", "/metrics", authorization: "Bearer s3cret")) == nil)
        }
    }

    @Test("Versions that come and go for weeks leave a bounded number of series, whose sums never fall")
    func retired() throws {
        let registry = PrometheusRegistry()
        let metrics = ServingMetrics(factory: registry)
        let count = 40
        var before = 0
        for version in 1...count {
            do {
                let statistics = ModelStatistics(model: "red", version: "\(version)", metrics: metrics)
                for _ in 0..<version { statistics.note(rows: 2, RequestTimes(inference: 500), now: 1) }
                statistics.noteFailure(5, .unavailable)
            }
            let lines = lines(registry)
            let rows = lines.filter { $0.hasPrefix("nv_inference_count{") }
            #expect(rows.count <= ServingMetrics.goneLimit + 1)
            let sum = try rows.reduce(0) { try $0 + #require(Int($1.split(separator: " ")[1])) }
            #expect(sum == before + 2 * version)
            before = sum
        }
        let lines = lines(registry)
        #expect(lines.contains(#"nv_inference_request_failure{model="red",version="older"} \#(count - 8)"#))
        #expect(lines.contains(#"nv_inference_count{model="red",version="\#(count)"} \#(2 * count)"#))
        #expect(lines.filter { $0.hasPrefix("rein_requests_total{") }.count == 2 * (ServingMetrics.goneLimit + 1))
    }

    @Test("A version that is read again goes on where it was")
    func again() {
        let registry = PrometheusRegistry()
        let metrics = ServingMetrics(factory: registry)
        for _ in 0..<20 {
            let statistics = ModelStatistics(model: "red", version: "1", metrics: metrics)
            statistics.note(rows: 1, RequestTimes(), now: 1)
        }
        #expect(lines(registry).contains(#"nv_inference_count{model="red",version="1"} 20"#))
    }

    @Test(
        "The first requests on several threads at once count in the same instruments, of which nothing is left behind")
    func threads() {
        let registry = PrometheusRegistry()
        let metrics = ServingMetrics(factory: registry)
        let rounds = 50
        for round in 0..<rounds {
            let statistics = ModelStatistics(model: "red", version: "\(round)", metrics: metrics)
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                statistics.note(rows: 1, RequestTimes(), now: 1)
                statistics.noteFailure(1, .deadlineExceeded)
            }
        }
        let lines = lines(registry)
        let older = 4 * (rounds - ServingMetrics.goneLimit)
        #expect(lines.contains(#"nv_inference_count{model="red",version="older"} \#(older)"#))
        #expect(lines.contains(#"nv_inference_request_failure{model="red",version="older"} \#(older)"#))
        #expect(lines.filter { $0.hasPrefix("nv_inference_count{") }.count == ServingMetrics.goneLimit + 1)
    }

    @Test("Requests of one execution count as one")
    func executions() {
        let registry = PrometheusRegistry()
        let statistics = ModelStatistics(
            model: "red", version: "1", metrics: ServingMetrics(factory: registry))
        statistics.note(rows: 2, RequestTimes(inference: 500), now: 1, execution: 5)
        statistics.note(rows: 3, RequestTimes(inference: 500), now: 1, execution: nil)
        let lines = lines(registry)
        #expect(lines.contains(#"nv_inference_exec_count{model="red",version="1"} 1"#))
        #expect(lines.contains(#"nv_inference_count{model="red",version="1"} 5"#))
        #expect(lines.contains(#"rein_batch_size_sum{model="red",version="1"} 5"#))
        #expect(statistics.counts.executions == 1 && statistics.counts.rows == 5)
        #expect(statistics.counts.batches.keys.map(\.self) == [5])
    }

    @Test("Without a backend nothing is counted, and nothing fails")
    func noBackend() {
        let statistics = ModelStatistics(
            model: "red", version: "1", metrics: ServingMetrics(factory: NOOPMetricsHandler.instance))
        statistics.note(rows: 1, RequestTimes(), now: 1)
        statistics.noteFailure(1, .unavailable)
        #expect(statistics.counts.success.count == 1 && statistics.counts.fail.count == 1)
    }
}
#endif
