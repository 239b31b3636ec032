#if ServingGRPC
import NIOCore
import Testing

@testable import ReinServing
@testable import ReinServingGRPC

/// Messages that are unpacked as they come.
@Suite("Messages as they come")
struct IncomingMessagesTests {
    /// What is sent of a message.
    private func framed(_ message: [UInt8], packed: Bool = false) throws -> [UInt8] {
        let body = packed ? try #require(PackedBody.packed(message)) : message
        return [packed ? 1 : 0] + (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (24 - 8 * $0)) } + body
    }

    @Test("They are handed on as if they had not been packed, in whichever pieces they come")
    func pieces() throws {
        let texts: [([UInt8], packed: Bool)] = [
            ([1, 2, 3], false), ([UInt8](repeating: 9, count: 300), true), ([], false), ([], false),
            ([7], true), ([4, 4], true), ([UInt8](repeating: 5, count: 40), false),
        ]
        var sent: [UInt8] = []
        var expected: [UInt8] = []
        for (text, isPacked) in texts {
            sent += try framed(text, packed: isPacked)
            expected += try framed(text)
        }
        sent += [1, 0, 0, 0, 0]
        expected += [0, 0, 0, 0, 0]
        for length in 1...sent.count {
            let memory = BodyMemory(limit: 1 << 20)
            var messages = IncomingMessages(limit: 1000, memory: memory)
            messages.encoding = .gzip
            var read = ByteBuffer()
            for start in stride(from: 0, to: sent.count, by: length) {
                let piece = ByteBuffer(bytes: sent[start..<min(start + length, sent.count)])
                read.writeImmutableBuffer(try messages.take(piece))
            }
            #expect(read == ByteBuffer(bytes: expected), "pieces of \(length)")
            #expect(memory.count >= 8 * 256)
            for _ in 0..<8 { messages.memory.release() }
            #expect(memory.count == 0)
        }
    }

    @Test("What is too large is refused when that is known, and what cannot be unpacked")
    func refused() throws {
        func error(_ bytes: [UInt8], _ encoding: PackedBody.Encoding? = .gzip, memory: Int = 64 << 20) -> ServingError?
        {
            var messages = IncomingMessages(limit: 32 << 20, memory: BodyMemory(limit: memory))
            messages.encoding = encoding
            do throws(ServingError) {
                _ = try messages.take(ByteBuffer(bytes: bytes))
                return nil
            } catch { return error }
        }
        #expect(error([0, 2, 0, 0, 1])?.kind == .tooLarge)
        #expect(error([1, 0xff, 0xff, 0xff, 0xff])?.kind == .tooLarge)
        let bomb = try framed([UInt8](repeating: 0, count: 5 << 19), packed: true)
        #expect(bomb.count < 12_000)
        #expect(error(bomb)?.kind == .tooLarge)
        #expect(error(bomb)?.message.hasPrefix("the message is unpacked to more than 1048576 bytes") == true)
        let megabyte = try framed([UInt8](repeating: 0, count: 1 << 20), packed: true)
        #expect(error(megabyte) == nil)
        #expect(error(megabyte, memory: 1 << 19)?.kind == .unavailable)
        #expect(error(megabyte, nil)?.kind == .invalidArgument)
        #expect(error([1, 0, 0, 0, 4, 1, 2, 3, 4])?.kind == .invalidArgument)
    }
}

#endif
