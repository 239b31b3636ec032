#if ServingGRPC
import Foundation
import ReinServing
import ReinServingGRPC
import Testing

/// A client that goes in the middle of what it sends.
@Suite("A recorded connection of gRPC that is cut off", .timeLimit(.minutes(10)))
struct CutConnectionTests {
    /// How many bytes further it is cut each time, behind the first calls: with the calls before, a cut takes several
    /// milliseconds there without optimisation. 1 for every byte.
    private static let stride = max(
        1, ProcessInfo.processInfo.environment["REIN_GRPC_CUT_STRIDE"].flatMap(Int.init) ?? 7)

    /// How many bytes it is cut behind: every number up to the end of the second call, by which all kinds of frames have come
    /// that a call consists of, and some behind that, others each time.
    private static func lengths(of bytes: [UInt8]) -> [Int] {
        let first = 512
        return Array(0...first)
            + Swift.stride(from: first + .random(in: 1...stride), to: bytes.count, by: stride)
    }

    @Test("At whatever byte, no call is taken for whole, and the server goes on")
    func everywhere() async throws {
        let bytes = try RecordedConnectionTests.recorded()
        let expected = try RecordedConnectionTests.statuses()
        let timed = Set(try expected.keys.filter { try RecordedConnectionTests.mayHave(4, $0) })
        try await ServedPort.with(models: RecordedConnectionTests.models) { server in
            try await onThread {
                let all = Self.lengths(of: bytes)
                var answered = 0
                // Several at a time, so that neither end waits for the other.
                for start in Swift.stride(from: 0, to: all.count, by: 32) {
                    let lengths = all[start..<min(start + 32, all.count)]
                    let sockets = try lengths.map { length in
                        let socket = try RawSocket(port: server.port)
                        socket.send(Array(bytes[..<length]))
                        socket.finish()
                        return socket
                    }
                    for (length, socket) in zip(lengths, sockets) {
                        var received: [UInt8] = []
                        while let more = socket.receive() { received += more }
                        let whole = FrameCounter(bytes[..<length].dropFirst(24)).ended
                        for (call, status) in try EndedCalls(received).statuses {
                            answered += 1
                            // One of the connections may have had the model unloaded.
                            let isLate = status == 4 && timed.contains(call)
                            let isRight = whole.contains(call) && (status == expected[call] || status == 14 || isLate)
                            if !isRight { Issue.record("cut behind \(length): call \(call) has status \(status)") }
                        }
                    }
                }
                #expect(answered > 0)
            }
            try await server.withClient { client in
                let response = try await client.infer(.pole { $0.modelName = "busy" })
                #expect(response.modelVersion == "10")
            }
        }
    }
}
#endif
