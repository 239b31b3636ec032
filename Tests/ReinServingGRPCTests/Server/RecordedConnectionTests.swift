#if ServingGRPC
import Foundation
import ReinCheckpoints
import ReinServing
import Testing

/// What a client has sent on its connection, sent again byte for byte.
@Suite("A recorded connection of gRPC", .timeLimit(.minutes(10)))
struct RecordedConnectionTests {
    static func recorded() throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return Array(
            try Data(contentsOf: folder.appendingPathComponent("Fixtures/tritonclient/connection.client")))
    }

    /// The models that its calls are for.
    static let models: [PolicyID] = ["default_policy", "busy"]
    /// The call that has a model unloaded, which answers nothing behind that.
    static let unload: UInt32 = 19
    /// The status of each of its calls, of a model that is not unloaded.
    static func statuses() throws -> [UInt32: Int] {
        let calls = FrameCounter(try recorded().dropFirst(24)).streams
        return Dictionary(uniqueKeysWithValues: calls.map { ($0, 0) })
            // Loads with settings of its own, and asks a model that is not there.
            .merging([17: 3, 37: 5]) { $1 }
    }

    /// Whether a call may have ended with a status: that of one whose client waits for a time depends on the machine.
    static func mayHave(_ status: Int?, _ call: UInt32) throws -> Bool {
        let isTimed = RawFrame.all(in: try recorded().dropFirst(24)).contains {
            $0.stream == call && Data($0.payload).firstRange(of: Data("timeout".utf8)) != nil
        }
        return try status == statuses()[call] || isTimed && status == 4
    }

    /// Sends bytes in pieces.
    private static func send(_ bytes: ArraySlice<UInt8>, in piece: Int, to socket: RawSocket) {
        var rest = bytes
        while !rest.isEmpty {
            socket.send(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
    }

    @Test("Each of its calls is answered to its end, with its status", arguments: [1, 7, 1 << 20])
    func whole(piece: Int) async throws {
        let (bytes, expected) = (try Self.recorded(), try Self.statuses())
        #expect(expected.count == 21)
        let unloading = try #require(
            RawFrame.all(in: bytes.dropFirst(24)).last { $0.stream == Self.unload && $0.isLast })
        try await ServedPort.with(models: Self.models) { server in
            let received = try await onThread {
                let socket = try RawSocket(port: server.port)
                var received: [UInt8] = []
                Self.send(bytes[..<unloading.payload.endIndex], in: piece, to: socket)
                while !FrameCounter(received[...]).ended.contains(Self.unload), let more = socket.receive() {
                    received += more
                }
                try #require(server.service).load("default_policy")
                Self.send(bytes[unloading.payload.endIndex...], in: piece, to: socket)
                while FrameCounter(received[...]).ended.count < expected.count, let more = socket.receive() {
                    received += more
                }
                return received
            }
            let statuses = try EndedCalls(received).statuses
            #expect(Set(statuses.keys) == Set(expected.keys))
            for (call, status) in statuses { #expect(try Self.mayHave(status, call), "\(call): \(status)") }
        }
    }

    @Test("Sent at once, each is answered or refused since the model is unloaded")
    func atOnce() async throws {
        let (bytes, expected) = (try Self.recorded(), try Self.statuses())
        try await ServedPort.with(models: Self.models) { server in
            let received = try await onThread {
                let socket = try RawSocket(port: server.port)
                socket.send(bytes)
                var received: [UInt8] = []
                while FrameCounter(received[...]).ended.count < expected.count, let more = socket.receive() {
                    received += more
                }
                return received
            }
            let statuses = try EndedCalls(received).statuses
            #expect(Set(statuses.keys) == Set(expected.keys))
            for (call, status) in statuses {
                #expect(try status == 14 || Self.mayHave(status, call), "\(call): \(status)")
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
