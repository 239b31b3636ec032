#if ServingGRPC
import Foundation
import Testing

/// What a client has sent on its connection, sent again byte for byte.
@Suite("A recorded connection of gRPC", .timeLimit(.minutes(2)))
struct RecordedConnectionTests {
    static func recorded() throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return Array(
            try Data(contentsOf: folder.appendingPathComponent("Fixtures/tritonclient/connection.client")))
    }

    @Test("Each of its calls is answered to its end", arguments: [1, 7, 1 << 20])
    func whole(piece: Int) async throws {
        let bytes = try Self.recorded()
        let calls = FrameCounter(bytes.dropFirst(24)).streams
        #expect(calls.count > 20)
        try await ServedPort.with { server in
            let ended = try await onThread {
                let socket = try RawSocket(port: server.port)
                var rest = bytes[...]
                while !rest.isEmpty {
                    socket.send(Array(rest.prefix(piece)))
                    rest = rest.dropFirst(piece)
                }
                var received: [UInt8] = []
                while FrameCounter(received[...]).ended != calls, let more = socket.receive() { received += more }
                return FrameCounter(received[...]).ended
            }
            #expect(ended == calls)
        }
    }

    @Test("Cut off anywhere it harms nobody")
    func cutOff() async throws {
        let bytes = try Self.recorded()
        try await ServedPort.with { server in
            try await onThread {
                for length in stride(from: 0, to: bytes.count, by: 17) {
                    let socket = try RawSocket(port: server.port)
                    socket.send(Array(bytes[..<length]))
                }
            }
            try await server.withClient { client in
                let isLive = try await client.isLive()
                #expect(isLive)
            }
        }
    }

    @Test("Damaged anywhere it harms nobody")
    func damaged() async throws {
        let bytes = try Self.recorded()
        try await ServedPort.with { server in
            try await onThread {
                var random = SystemRandomNumberGenerator()
                for _ in 0..<300 {
                    var other = bytes
                    for _ in 0..<3 {
                        other[.random(in: 0..<other.count, using: &random)] ^= .random(in: 1...255, using: &random)
                    }
                    let socket = try RawSocket(port: server.port)
                    socket.send(other)
                }
            }
            try await server.withClient { client in
                let isLive = try await client.isLive()
                #expect(isLive)
            }
        }
    }
}
#endif
