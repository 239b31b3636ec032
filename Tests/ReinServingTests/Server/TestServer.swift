#if Serving
import Foundation
import Logging
import ReinCheckpoints
import ReinServing
import ServiceLifecycle

/// A server on a port that the kernel chooses, of policies that choose action 1.
struct TestServer: Sendable {
    let port: Int
    /// Where its checkpoints are.
    let run: RunFolder
    /// Has the server stop, as SIGTERM does.
    let stop: @Sendable () -> Void

    /// Starts a server, and calls `body` on a thread of its own; the server has ended when this returns.
    ///
    /// - Parameters:
    ///   - actions: the number of actions, which is that of numbers a row of the output has.
    ///   - models: the names of the policies.
    static func with(
        _ change: (inout PolicyServer.Configuration) throws -> Void = { _ in }, actions: Int = 2,
        models: [PolicyID] = ["default_policy"], limits: InferenceService.Limits = .init(),
        _ body: @escaping @Sendable (TestServer) throws -> Void
    ) async throws {
        let path = NSTemporaryDirectory() + "rein-serving-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = RunFolder(path: path)
        try run.write(10, models) { _ in try RunFolder.policy(choosing: 1, of: actions, inputs: 4) }
        var configuration = PolicyServer.Configuration()
        configuration.port = 0
        configuration.bodyLimit = 1 << 20
        configuration.pollInterval = .milliseconds(20)
        try change(&configuration)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = PolicyServer(
            InferenceService(try run.repository(), limits: limits), configuration: configuration
        ) {
            continuation.yield($0)
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let hosted = ServiceGroupConfiguration.ServiceConfiguration(
            service: Hosted(server: server), successTerminationBehavior: .gracefullyShutdownGroup)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [hosted], logger: logger))
        let running = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        for await port in ports {
            let tested = TestServer(port: port, run: run) { Task { await group.triggerGracefulShutdown() } }
            // Not on a thread of the tasks, of which the server needs some that do not wait.
            let outcome = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: Result { try body(tested) }) }
            }
            running.cancel()
            try await running.value
            try outcome.get()
            return
        }
        try await running.value
    }

    /// Lets the group of a test stop it.
    private struct Hosted: Service {
        let server: PolicyServer

        func run() async throws { try await server.run() }
    }

    /// The path of requests.
    static let infer = "/v2/models/default_policy/infer"

    /// A request of one row.
    static let json = #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[1,4],"data":[0,0,0,0]}]}"#

    /// A request that posts a body.
    static func request(_ path: String = infer, _ body: String = json, fields: String = "") -> [UInt8] {
        Array("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)".utf8)
    }

    /// A request of many rows, by default for their outputs, which take more bytes than the rows.
    static func largeRequest(rows: Int, outputs: String = "output") -> [UInt8] {
        let data = [String](repeating: "0.1,0.2,0.3,0.4", count: rows).joined(separator: ",")
        return request(
            infer,
            #"{"inputs":[{"name":"obs","datatype":"FP32","shape":[\#(rows),4],"data":[\#(data)]}],"#
                + #""outputs":[{"name":"\#(outputs)"}]}"#)
    }

    /// A request that asks whether the server lives or is ready.
    static func health(_ name: String) -> [UInt8] { Array("GET /v2/health/\(name) HTTP/1.1\r\nHost: x\r\n\r\n".utf8) }
}
#endif
