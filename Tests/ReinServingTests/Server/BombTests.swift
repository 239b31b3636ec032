#if Serving
import CZlib
import Foundation
import NIOCore
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinServing

/// Bodies that are small as they come, and would be large.
@Suite("Bombs", .timeLimit(.minutes(3)))
struct BombTests {
    /// Bytes as gzip or a zlib stream, packed as well as that can be.
    private static func packed(_ bytes: [UInt8], _ encoding: String) throws -> [UInt8] {
        var stream = z_stream()
        let (bits, size) = (encoding == "gzip" ? 15 + 16 : 15, Int32(MemoryLayout<z_stream>.size))
        try #require(
            deflateInit2_(&stream, 9, Z_DEFLATED, Int32(bits), 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        let room = Int(deflateBound(&stream, UInt(input.count)))
        return input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: room) { output, count in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                deflate(&stream, Z_FINISH)
                count = room - Int(stream.avail_out)
            }
        }
    }

    private static func request(_ body: [UInt8], _ encoding: String, path: String = TestServer.infer) -> [UInt8] {
        let head =
            "POST \(path) HTTP/1.1\r\nContent-Length: \(body.count)\r\nContent-Encoding: \(encoding)\r\n\r\n"
        return Array(head.utf8) + body
    }

    @Test("10 kB that would be 10 MB are refused, and take less than 2 MB; of many at once, each that is read")
    func memory() async throws {
        try await withTemporaryDirectory { path in
            try RunFolder(path: path).write(10, ["default_policy"]) { _ in
                try RunFolder.policy(choosing: 1, of: 2, inputs: 4)
            }
            let quiet = ["--grpc", "none", "--metrics", "none", "--log-format", "text"]
            let arguments = [path, "--http", "127.0.0.1:0"] + quiet
            _ = try await ServerProgram.run("rein-serve", arguments, until: "serving 1 model") { program in
                let port = try program.number(behind: "on http://127.0.0.1:")
                func answer(_ request: [UInt8]) throws -> RawConnection.Answer? {
                    let connection = try RawConnection(port: port)
                    connection.send(request)
                    return try connection.answer()
                }
                for encoding in ["gzip", "deflate"] {
                    // All that is done once, is done now.
                    let small = try Self.packed(Array(TestServer.json.utf8), encoding)
                    for _ in 0..<20 { #expect(try answer(Self.request(small, encoding))?.status == 200) }
                    let bomb = try Self.packed([UInt8](repeating: 32, count: 10_200_000), encoding)
                    #expect((9000..<11_000).contains(bomb.count))
                    program.forgetPeakMemory()
                    let before = program.peakMemory ?? 0
                    for path in [TestServer.infer, "/v2/repository/index", "/v2/repository/models/x/load"] {
                        let refused = try answer(Self.request(bomb, encoding, path: path))
                        #expect(refused?.status == 413, "\(refused?.text ?? "")")
                    }
                    let one = (program.peakMemory ?? 0) - before
                    #expect(one < 2 << 20, "\(encoding): \(one)")
                    let connections = try (0..<16).map { _ in try RawConnection(port: port) }
                    for _ in 0..<4 {
                        for connection in connections { connection.send(Self.request(bomb, encoding)) }
                        for connection in connections { #expect(try connection.answer()?.status == 413) }
                    }
                    let many = (program.peakMemory ?? 0) - before
                    // Two threads read what is packed.
                    #expect(many < 6 << 20, "\(encoding): \(many)")
                    print("\(encoding): a bomb of \(bomb.count) bytes takes \(one >> 10) kB, 16 take \(many >> 10) kB")
                }
                program.send(SIGTERM)
            }
        }
    }

    @Test("What is small, or does not grow much, is unpacked, however well it is packed")
    func growth() throws {
        var state = UInt64(1)
        let data = (0..<4 << 20).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(state >> 60)
        }
        func spaces(_ count: Int) -> [UInt8] { [UInt8](repeating: 32, count: count) }
        let cases: [(body: [UInt8], limit: Int, isTaken: Bool)] = [
            (spaces(1 << 20), 64 << 20, true), (spaces(1 << 20 + 1), 64 << 20, false), (data, 64 << 20, true),
            (spaces(1 << 16), 1 << 16, true), (spaces(1 << 16 + 1), 1 << 16, false),
        ]
        for (body, limit, isTaken) in cases {
            for encoding in [PackedBody.Encoding.gzip, .deflate] {
                let packed = try Self.packed(body, encoding.rawValue)
                var output = ByteBuffer()
                func unpack() throws {
                    try packed.withUnsafeBytes { bytes in
                        try PackedBody.unpack(bytes, encoding, limit: limit, into: &output)
                    }
                }
                if isTaken {
                    try unpack()
                    #expect(output == ByteBuffer(bytes: body))
                } else {
                    let error = #expect(throws: ServingError.self) { try unpack() }
                    #expect(error?.kind == .tooLarge)
                }
            }
        }
    }

    @Test("What is unpacked takes of the memory of all bodies, until it is answered")
    func accounts() throws {
        let memory = BodyMemory(limit: 100_000)
        let body = try Self.packed([UInt8](repeating: 32, count: 50_000), "gzip")
        func unpack(_ share: BodyShare) throws {
            var output = ByteBuffer()
            try body.withUnsafeBytes { bytes in
                try PackedBody.unpack(bytes, .gzip, limit: 1 << 20, into: &output) { count throws(ServingError) in
                    try share.take(count)
                }
            }
        }
        var first: BodyShare? = BodyShare(memory)
        try unpack(#require(first))
        #expect(memory.count >= 50_000)
        let second = BodyShare(memory)
        let error = #expect(throws: ServingError.self) { try unpack(second) }
        #expect(error?.kind == .unavailable)
        first = nil
        try unpack(second)
    }
}
#endif
