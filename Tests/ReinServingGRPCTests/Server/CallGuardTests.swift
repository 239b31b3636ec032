#if ServingGRPC
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import ReinServing
import Testing

@testable import ReinServingGRPC

/// The head of a call, as those who answer see it.
@Suite("How a call says that its messages are packed")
struct CallGuardTests {
    private typealias Payload = HTTP2Frame.FramePayload

    private let channel = EmbeddedChannel()

    init() throws {
        let call = CallGuard(
            limit: 1000, timeout: .seconds(1), writeTimeout: .seconds(1), memory: BodyMemory(limit: 1 << 20),
            connection: IdleGuard(.seconds(1)))
        try channel.pipeline.syncOperations.addHandler(call)
    }

    private func send(_ encodings: String...) throws {
        var head: HPACKHeaders = [":method": "POST", ":path": "/inference.GRPCInferenceService/ModelInfer"]
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
}
#endif
