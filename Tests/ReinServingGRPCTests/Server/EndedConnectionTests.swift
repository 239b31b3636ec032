#if ServingGRPC
import ReinServingGRPC
import Testing

/// What is left of connections when they are closed.
@Suite("Connections of gRPC that have ended", .timeLimit(.minutes(2)))
struct EndedConnectionTests {
    /// How a client goes about.
    enum Kind: CaseIterable, Sendable {
        case whole, cutOff, changed, shortened, leftAtOnce, silent

        /// What a client sends that would send some bytes otherwise.
        func damage(_ bytes: [UInt8], _ random: inout some RandomNumberGenerator) -> [UInt8] {
            let place = Int.random(in: 24..<bytes.count, using: &random)
            var bytes = bytes
            switch self {
            case .whole, .leftAtOnce: break
            case .cutOff: bytes.removeSubrange(place...)
            case .changed: bytes[place] ^= .random(in: 1...255, using: &random)
            case .shortened: bytes.removeSubrange(place..<min(place + .random(in: 1...30, using: &random), bytes.count))
            case .silent: bytes = []
            }
            return bytes
        }
    }

    @Test("Nothing of them stays, however they ended", arguments: Kind.allCases)
    func released(kind: Kind) async throws {
        let bytes = try RecordedConnectionTests.recorded()
        let count = 40
        let parts = ConnectionParts()
        try await ServedPort.with(noting: parts) { server in
            try await onThread {
                var random = SystemRandomNumberGenerator()
                for _ in 0..<count {
                    let socket = try RawSocket(port: server.port)
                    socket.send(kind.damage(bytes, &random))
                    if kind == .leftAtOnce { continue }
                    socket.finish()
                    while socket.receive() != nil {}
                }
            }
            let left = try await parts.left(of: count)
            #expect(left.isEmpty)
            // Each has several handlers.
            #expect(parts.count > 5 * count)
        }
    }

    @Test("Nothing stays of those that are closed since nothing is asked on them, or since there are too many")
    func closedByServer() async throws {
        let parts = ConnectionParts()
        try await ServedPort.with(noting: parts) {
            $0.idleTimeout = .milliseconds(50)
            $0.writeTimeout = .milliseconds(50)
            $0.connectionLimit = 5
        } _: { server in
            try await onThread {
                let sockets = try (0..<20).map { _ in try RawSocket(port: server.port) }
                for socket in sockets {
                    while socket.receive() != nil {}
                }
            }
            let left = try await parts.left(of: 20)
            #expect(left.isEmpty)
        }
    }
}
#endif
