#if ServingGRPC
import Foundation
import Glibc
import Testing

/// What a client has sent on its connection, sent again byte for byte.
@Suite("A recorded connection of gRPC", .timeLimit(.minutes(2)))
struct RecordedConnectionTests {
    private static func recorded() throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return Array(
            try Data(contentsOf: folder.appendingPathComponent("Fixtures/tritonclient/connection.client")))
    }

    /// Does what blocks on a thread that is not one of those of the tasks.
    private static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { try body() }) }
        }.get()
    }

    @Test("Each of its calls is answered to its end", arguments: [1, 7, 1 << 20])
    func whole(piece: Int) async throws {
        let bytes = try Self.recorded()
        let calls = FrameCounter(bytes.dropFirst(24)).streams
        #expect(calls.count > 20)
        try await ServedPort.with { server in
            let ended = try await Self.onThread {
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
            try await Self.onThread {
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
            try await Self.onThread {
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

/// The frames of HTTP/2 of one direction.
private struct FrameCounter {
    /// The streams that have begun.
    private(set) var streams = Set<UInt32>()
    /// The streams of which no more comes.
    private(set) var ended = Set<UInt32>()

    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { return }
            let stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) }
            if stream > 0, head[3] == 1 { streams.insert(stream) }
            if stream > 0, head[3] <= 1, head[4] & 1 == 1 { ended.insert(stream) }
            rest = rest.dropFirst(9 + length)
        }
    }
}

/// A connection of TCP that sends any bytes; one thread uses it.
private final class RawSocket {
    private let descriptor: Int32

    /// Connects to a port of this machine.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
    }

    deinit { close(descriptor) }

    /// Sends bytes, as far as the other end takes them.
    func send(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            done += count
        }
    }

    /// Waits for bytes; nil when no more come.
    func receive() -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &piece, piece.count, 0)
        return count > 0 ? Array(piece[..<count]) : nil
    }
}
#endif
