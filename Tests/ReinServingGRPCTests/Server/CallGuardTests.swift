#if ServingGRPC
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import ReinServing
import Testing

@testable import ReinServingGRPC

/// The head of a call, as those who answer see it, and how long a client is waited for.
@Suite("Guards of calls")
struct CallGuardTests {
    private typealias Payload = HTTP2Frame.FramePayload

    private let channel = EmbeddedChannel()

    init() throws {
        let call = CallGuard(
            limit: 1000, timeout: .seconds(1), writeTimeout: .seconds(1), memory: BodyMemory(limit: 1 << 20),
            connection: IdleGuard(.seconds(1)))
        try channel.pipeline.syncOperations.addHandler(call)
    }

    private func send(_ encodings: String..., method: String = "ModelInfer") throws {
        var head: HPACKHeaders = [":method": "POST", ":path": "/inference.GRPCInferenceService/\(method)"]
        for encoding in encodings { head.add(name: "grpc-encoding", value: encoding) }
        try channel.writeInbound(Payload.headers(.init(headers: head)))
    }

    private func head(_ payload: Payload?) throws -> HPACKHeaders {
        guard case .headers(let head) = try #require(payload) else {
            Issue.record("no head: \(String(describing: payload))")
            return [:]
        }
        return head.headers
    }

    @Test("Those who answer hear nothing of it, since messages are unpacked before", arguments: ["gzip", "deflate"])
    func unpacked(_ encoding: String) throws {
        try send(encoding)
        let seen = try head(channel.readInbound())
        #expect(seen.first(name: ":method") == "POST" && !seen.contains(name: "grpc-encoding"))
    }

    @Test("Messages may say that they are not packed")
    func identity() throws {
        try send("identity")
        let seen = try head(channel.readInbound())
        #expect(seen.first(name: "grpc-encoding") == "identity")
    }

    @Test("What nobody unpacks is refused, with what is unpacked", arguments: ["snappy", "gzip, deflate"])
    func unknown(_ encoding: String) throws {
        try send(encoding)
        #expect(try channel.readInbound(as: Payload.self) == nil)
        let answer = try head(channel.readOutbound())
        #expect(answer.first(name: "grpc-status") == "12")
        #expect(answer.first(name: "grpc-accept-encoding") == "identity,deflate,gzip")
    }

    private func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    @Test("A client that takes next to nothing of a stream's answers is not waited for", arguments: [true, false])
    func untaken(isSlow: Bool) throws {
        try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try send(method: "ModelStreamInfer")
        let answer = Payload.data(.init(data: .byteBuffer(ByteBuffer(repeating: 0, count: 9000))))
        try channel.writeOutbound(answer)
        // A second, and one for each thousand bytes, of which there are 4096 at most when it has taken some.
        for milliseconds: Int64 in isSlow ? [9990, 4990, 4990] : [9990] {
            setWritable(false)
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
            #expect(channel.isActive)
            if isSlow { setWritable(true) }
        }
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(20))
        #expect(channel.isActive == isSlow)
    }
}
#endif
