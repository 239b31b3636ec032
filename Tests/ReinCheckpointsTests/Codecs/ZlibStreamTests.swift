import Testing

@testable import ReinCheckpoints

@Suite("zlib streams")
struct ZlibStreamTests {
    @Test("What is packed is unpacked", arguments: [0, 1, 65_535, 65_536, 200_000])
    func roundTrip(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let unpacked = try ZlibStream.unpack(ZlibStream.pack(bytes), limit: count)
        #expect(unpacked == bytes)
    }

    @Test("A stream of Python's is unpacked")
    func python() throws {
        // zlib.compress(b"rein" * 20)
        let stream: [UInt8] = [
            0x78, 0x9c, 0x2b, 0x4a, 0xcd, 0xcc, 0x2b, 0xa2, 0x22, 0x06, 0x00, 0x51, 0x77, 0x21, 0x99,
        ]
        let text = String(repeating: "rein", count: 20)
        #expect(String(decoding: try ZlibStream.unpack(stream, limit: 80), as: UTF8.self) == text)
        #expect(throws: StateError.self) { try ZlibStream.unpack(stream, limit: 79) }
    }

    @Test("A stream that is cut short, changed or followed by something is refused")
    func damage() {
        let stream = ZlibStream.pack(Array("a few bytes".utf8))
        for count in 0..<stream.count {
            #expect(throws: StateError.self) { try ZlibStream.unpack(Array(stream.prefix(count)), limit: 100) }
        }
        for index in stream.indices {
            var damaged = stream
            damaged[index] ^= 0x55
            #expect(throws: StateError.self) { try ZlibStream.unpack(damaged, limit: 100) }
        }
        #expect(throws: StateError.self) { try ZlibStream.unpack(stream + [0], limit: 100) }
    }
}
