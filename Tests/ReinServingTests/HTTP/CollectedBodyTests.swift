#if Serving
import NIOCore
import Testing

@testable import ReinServing

/// What bodies take of the memory of all.
@Suite("Bodies as they come")
struct CollectedBodyTests {
    @Test("A body takes memory for what has come of it, whatever its head says", arguments: [nil, 1000, 64 << 20])
    func claims(expected: Int?) throws {
        let memory = BodyMemory(limit: 1 << 20)
        var bodies: [CollectedBody] = []
        for _ in 0..<100 {
            var body = CollectedBody(expecting: expected, limit: 64 << 20, memory: memory)
            for _ in 0..<2 { try body.append(ByteBuffer(string: "{")) }
            bodies.append(body)
        }
        #expect((200...(100 << 12)).contains(memory.count))
        for index in bodies.indices { bodies[index].release() }
        #expect(memory.count == 0)
    }

    @Test(
        "What is taken is little more than twice what comes, and no more than the head says", arguments: [nil, 300_000])
    func grows(expected: Int?) throws {
        let memory = BodyMemory(limit: 1 << 20)
        var body = CollectedBody(expecting: expected, limit: 1 << 20, memory: memory)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            try body.append(ByteBuffer(bytes: bytes[start..<start + 1000]))
            #expect(memory.count >= start + 1000 && memory.count <= max(2 * (start + 1000), 1 << 12))
        }
        #expect(body.bytes == ByteBuffer(bytes: bytes))
        if let expected { #expect(memory.count == expected) }
    }

    @Test("A body that says too little or comes to too much is whole or refused")
    func limits() throws {
        let memory = BodyMemory(limit: 5000)
        var lied = CollectedBody(expecting: 3, limit: 4000, memory: memory)
        for _ in 0..<4 { try lied.append(ByteBuffer(repeating: 1, count: 1000)) }
        #expect(lied.bytes.readableBytes == 4000)
        let tooLarge = #expect(throws: ServingError.self) { try lied.append(ByteBuffer(repeating: 1, count: 1)) }
        #expect(tooLarge?.kind == .tooLarge)
        var other = CollectedBody(expecting: nil, limit: 4000, memory: memory)
        try other.append(ByteBuffer(repeating: 1, count: 900))
        let unavailable = #expect(throws: ServingError.self) { try other.append(ByteBuffer(repeating: 1, count: 900)) }
        #expect(unavailable?.kind == .unavailable)
        lied.release()
        other.release()
        #expect(memory.count == 0)
    }
}
#endif
