#if ServingGRPC
import Dispatch
import Foundation
import GRPCCore
import ReinCheckpoints
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinServingGRPC

/// Messages that are small as they come, and would be large.
@Suite("Bombs in calls", .timeLimit(.minutes(3)))
struct CallBombTests {
    /// Has a thread that is not one of those of the tasks wait for a task.
    private static func waiting<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task {
            let outcome: Result<Value, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
            done.signal()
        }
        guard done.wait(timeout: .now() + 60) == .success, let outcome = result.withLock({ $0 }) else {
            throw RPCError(code: .deadlineExceeded, message: "a call does not end")
        }
        return try outcome.get()
    }

    @Test(
        "10 kB that would be 10 MB are refused, and take less than 2 MB; so do 16 at once",
        arguments: [CompressionAlgorithm.gzip, .deflate])
    func memory(_ compression: CompressionAlgorithm) async throws {
        try await withTemporaryDirectory { path in
            let policy = SamplePolicy("a pole", .discrete(2), observations: [4], hidden: [8]).policy
            try CheckpointDirectory.writeAlgorithm(
                to: path + "/checkpoint_000001", format: .native, algorithm: ["iteration": 1],
                policies: [("default_policy", policy.state)], replacingExisting: false, synchronizing: false)
            let arguments = [path, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--metrics", "none"]
            _ = try await ServerProgram.run(
                "rein-serve", arguments + ["--log-format", "text"], until: "serving 1 model"
            ) { program in
                let server = ServedPort(port: try program.number(behind: "grpc=grpc://127.0.0.1:"))
                @Sendable func call(_ clients: Int, times: Int, rows: Int) throws {
                    try Self.waiting {
                        var request = Inference_ModelInferRequest.pole(rows: rows)
                        request.modelName = "default_policy"
                        if rows > 4096 { request.rawInputContents = [Data(count: 16 * rows)] }
                        let message = request
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for _ in 0..<clients {
                                group.addTask {
                                    try await server.withClient(compression: compression) { client in
                                        for _ in 0..<times {
                                            let refusal = try await client.refusal(of: message)
                                            let expected = rows > 4096 ? RPCError.Code.resourceExhausted : nil
                                            #expect(refusal?.code == expected, "\(String(describing: refusal))")
                                        }
                                    }
                                }
                            }
                            try await group.waitForAll()
                        }
                    }
                }
                // All that is done once, is done now.
                try call(16, times: 4, rows: 16)
                program.forgetPeakMemory()
                let before = program.peakMemory ?? 0
                try call(1, times: 1, rows: 640_000)
                let one = (program.peakMemory ?? 0) - before
                #expect(one < 2 << 20, "\(one)")
                try call(16, times: 4, rows: 640_000)
                let many = (program.peakMemory ?? 0) - before
                #expect(many < 4 << 20, "\(many)")
                print("\(compression): a bomb takes \(one >> 10) kB, 16 at once \(many >> 10) kB")
                program.send(SIGTERM)
            }
        }
    }
}
#endif
