#if ServingGRPC
import GRPCCore
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import NIOPosix
import ReinServing
import ReinSpaces
import ReinTestSupport
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// Which calls are answered as soon as they have come, and which are handed on.
@Suite("Calls that are answered at once")
struct PromptCallsTests {
    private typealias Frame = HTTP2Frame.FramePayload

    /// A call as its frames come: most clients open the window of the call between its head and its message.
    private struct Sent {
        var path = "/inference.GRPCInferenceService/ModelInfer"
        var fields: [(String, String)] = []
        var rows = 1
        var parameters: [String: Inference_InferParameter] = [:]
        var pieces = 1

        func frames() throws -> [Frame] {
            var head: HPACKHeaders = [":method": "POST", ":path": path, "content-type": "application/grpc"]
            for (name, value) in fields { head.add(name: name, value: value) }
            let request = Inference_ModelInferRequest.with {
                $0.modelName = "default_policy"
                $0.parameters = parameters
                $0.inputs = [
                    .with {
                        $0.name = "obs"
                        $0.datatype = "FP32"
                        $0.shape = [Int64(rows), 4]
                        $0.contents.fp32Contents = [Float](repeating: 0.5, count: 4 * rows)
                    }
                ]
            }
            let message = try request.serializedBytes() as [UInt8]
            var bytes = ByteBuffer()
            bytes.writeMultipleIntegers(UInt8(0), UInt32(message.count))
            bytes.writeBytes(message)
            var frames: [Frame] = [.headers(.init(headers: head)), .windowUpdate(windowSizeIncrement: 5)]
            let size = (bytes.readableBytes + pieces - 1) / pieces
            while let piece = bytes.readSlice(length: min(size, bytes.readableBytes)), piece.readableBytes > 0 {
                frames.append(.data(.init(data: .byteBuffer(piece), endStream: bytes.readableBytes == 0)))
            }
            return frames
        }
    }

    /// What comes out on both sides: the answer's frames, and those that others get.
    private func frames(
        _ sent: Sent, observations: Int = 4, token: AccessToken? = nil
    ) throws -> (answer: [Frame], handedOn: [Frame]) {
        try withTemporaryDirectory { path in
            let policy = SamplePolicy("a pole", .discrete(2), observations: [observations], hidden: [8]).policy
            let service = InferenceService(try CallServer.repository(at: path, policy))
            _ = try service.repository.leaseLoading("default_policy")
            let calls = InferenceCalls(
                service: service, threads: NIOThreadPool.singleton, token: token, messageLimit: 1 << 20)
            let channel = EmbeddedChannel(handler: PromptCalls(calls, watch: CallWatch(service, log: nil)))
            for frame in try sent.frames() { try channel.writeInbound(frame) }
            channel.pipeline.fireChannelReadComplete()
            var (answer, handedOn) = ([Frame](), [Frame]())
            while let frame = try channel.readOutbound(as: Frame.self) { answer.append(frame) }
            while let frame = try channel.readInbound(as: Frame.self) { handedOn.append(frame) }
            _ = try? channel.finish()
            return (answer, handedOn)
        }
    }

    private func status(_ frames: [Frame]) -> String? {
        guard case .headers(let trailers)? = frames.last, trailers.endStream else { return nil }
        return trailers.headers.first(name: "grpc-status")
    }

    @Test("A short call of a small policy is answered, in however many frames it comes", arguments: [1, 2, 20])
    func answers(pieces: Int) throws {
        let (answer, handedOn) = try frames(Sent(pieces: pieces))
        #expect(answer.count == 3 && status(answer) == "0")
        guard case .data(let frame) = answer[1], case .byteBuffer(var bytes) = frame.data else { throw NoMessage() }
        bytes.moveReaderIndex(forwardBy: 5)
        let response = try Inference_ModelInferResponse(serializedBytes: Array(bytes.readableBytesView))
        #expect(response.modelName == "default_policy" && response.outputs.map(\.name) == ["action", "output"])
        // It says nothing of the call.
        guard handedOn.count == 1, case .windowUpdate = handedOn[0] else { throw NoMessage() }
    }

    private struct NoMessage: Error {}

    @Test("A refusal is a status with its words")
    func refuses() throws {
        let (answer, handedOn) = try frames(Sent(), observations: 5)
        #expect(answer.count == 1 && status(answer) == "3" && handedOn.count == 1)
        guard case .headers(let head) = answer[0] else { throw NoMessage() }
        #expect(head.headers.first(name: "grpc-message")?.contains("obs") == true)
        let late = try frames(Sent(fields: [("grpc-timeout", "0n")]))
        #expect(status(late.answer) == "4")
    }

    @Test("Words of a status are printable ASCII, with escapes for all else")
    func words() {
        let fields = CallStatus.refusal(.notFound, "100 % of \"ü\"\n", hasBegun: true)
        #expect(fields.first(name: "grpc-status") == "5" && fields.count == 2)
        #expect(fields.first(name: "grpc-message") == "100 %25 of \"%C3%BC\"%0A")
    }

    @Test("What takes longer, or is refused before it is read, is handed on whole", arguments: 0..<6)
    func handsOn(number: Int) throws {
        let sent = [
            Sent(path: "/inference.GRPCInferenceService/ModelMetadata"), Sent(rows: 3000),
            Sent(fields: [("grpc-encoding", "gzip")]), Sent(fields: [("authorization", "Bearer wrong")]),
            Sent(parameters: ["sequence_id": .with { $0.int64Param = 7 }], pieces: 3), Sent(rows: 3000, pieces: 5),
        ][number]
        let token = number == 3 ? try AccessToken("right") : nil
        let (answer, handedOn) = try frames(sent, token: token)
        #expect(answer.isEmpty)
        func bytes(_ frames: [Frame]) -> [UInt8] {
            frames.flatMap { frame in
                guard case .data(let data) = frame, case .byteBuffer(let bytes) = data.data else { return [UInt8]() }
                return Array(bytes.readableBytesView)
            }
        }
        let expected = try sent.frames()
        #expect(bytes(handedOn) == bytes(expected))
        let ends = handedOn.map { if case .data(let data) = $0 { data.endStream } else { false } }
        #expect(ends.last == true && ends.filter { $0 }.count == 1)
        let heads = handedOn.filter { if case .headers = $0 { true } else { false } }
        #expect(heads.count == 1)
    }
}
#endif
