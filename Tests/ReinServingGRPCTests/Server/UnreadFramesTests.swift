#if ServingGRPC
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// What becomes of clients that go on to send, and take nothing of their answers.
@Suite("Frames that nobody reads", .timeLimit(.minutes(2)))
struct UnreadFramesTests {
    /// What belongs to a stream of a connection.
    private struct Piece: Hashable {
        let stream: Int
        let count: Int
    }

    private func pieces(_ bytes: [UInt8], size: Int) -> [Piece] {
        var (frames, pieces) = (FramePieces(), [Piece]())
        for start in stride(from: 0, to: bytes.count, by: size) {
            bytes[start..<min(start + size, bytes.count)].withUnsafeBytes {
                frames.read($0) { pieces.append(Piece(stream: $0, count: $1)) }
            }
        }
        return pieces
    }

    @Test("Bytes belong to the streams that frames name, wherever they are cut", arguments: 1...40)
    func framePieces(size: Int) {
        let bytes =
            RawFrames.preface(settings: [(4, 0)]) + RawFrames.frame(0, stream: 0x1234567, payload: [1, 2, 3])
            + RawFrames.frame(8, stream: 5) + RawFrames.frame(1, stream: 5, payload: [UInt8](repeating: 0, count: 300))
        #expect(
            pieces(bytes, size: bytes.count)
                == [(0, 24), (0, 6), (0x1234567, 3), (5, 0), (5, 300)].map { Piece(stream: $0, count: $1) })
        let cut = pieces(bytes, size: size)
        let sums = Dictionary(cut.map { ($0.stream, $0.count) }, uniquingKeysWith: +)
        #expect(sums == [0: 30, 0x1234567: 3, 5: 300])
        // Each part is handed on by itself.
        #expect(cut.filter { $0.stream == 5 }.count >= 1 + 300 / size)
        #expect(cut.filter { $0.stream == 5 && $0.count == 0 }.count == 1)
    }

    /// A call that is not read any more, since its answers fill what waits to be taken.
    private func stalledCall(stream: UInt32) throws -> [UInt8] {
        let message: [UInt8] = try Inference_ModelInferRequest.pole().serializedBytes()
        let messages = RawFrames.message(message, stream: stream, endsCall: false)
        return RawFrames.head("ModelStreamInfer", stream: stream) + (0..<2000).flatMap { _ in messages }
    }

    @Test("They take of the memory of all requests, and the connection is closed when there is no more")
    func limited() async throws {
        let call = try stalledCall(stream: 1)
        try await ServedPort.with(bodyMemory: 4 << 20) { server in
            let isClosed = try await onThread {
                let socket = try RawSocket(port: server.port)
                // A window of no bytes for what is answered.
                socket.send(RawFrames.preface(settings: [(4, 0)]) + call)
                // Far less than there is a window for.
                let frame = RawFrames.frame(0, stream: 1, payload: [0])
                socket.send((0..<20_000).flatMap { _ in frame })
                let limit = ContinuousClock.now + .seconds(15)
                while socket.receive() != nil, ContinuousClock.now < limit {}
                return ContinuousClock.now < limit
            }
            #expect(isClosed)
            // What it took was given back.
            try await server.withClient { for _ in 0..<10 { _ = try await $0.infer() } }
        }
    }
}
#endif
