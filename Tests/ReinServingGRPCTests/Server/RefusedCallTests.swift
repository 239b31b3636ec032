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
import Testing

@testable import ReinServingGRPC

/// What is counted of calls that are refused before anybody answers them.
@Suite("Calls that are refused by their guards")
struct RefusedCallTests {
    private typealias Frame = HTTP2Frame.FramePayload

    /// How a call begins that is refused.
    enum Kind: CaseIterable, Sendable {
        case unknownPacking, packedUnsaid, tooLarge, slow

        /// The status of the refusal.
        var status: Int {
            switch self {
            case .unknownPacking: 12
            case .packedUnsaid: 3
            case .tooLarge: 8
            case .slow: 4
            }
        }

        fileprivate var fields: [(String, String)] { self == .unknownPacking ? [("grpc-encoding", "br")] : [] }

        /// What a message begins with.
        fileprivate var prefix: ByteBuffer? {
            switch self {
            case .unknownPacking: nil
            case .packedUnsaid: ByteBuffer(bytes: [1, 0, 0, 0, 9])
            case .tooLarge: ByteBuffer(bytes: [0, 1, 0, 0, 0])
            case .slow: ByteBuffer(bytes: [0, 0, 0])
            }
        }
    }

    @Test("Each is counted once, by its status, whether or not others have seen its head", arguments: Kind.allCases)
    func counted(kind: Kind) throws {
        let registry = PrometheusRegistry()
        try withTemporaryDirectory { path in
            let policy = SamplePolicy("a pole", .discrete(2), observations: [4], hidden: [8]).policy
            let repository = try CallServer.repository(at: path, policy, metrics: ServingMetrics(factory: registry))
            let service = InferenceService(repository)
            let watch = CallWatch(service, log: nil)
            let calls = InferenceCalls(service: service, threads: .singleton, messageLimit: 1000)
            let channel = EmbeddedChannel()
            try channel.pipeline.syncOperations.addHandlers([
                CallGuard(
                    limit: 1000, timeout: .seconds(1), writeTimeout: .seconds(1), memory: BodyMemory(limit: 1 << 20),
                    connection: IdleGuard(.seconds(1))), PromptCalls(calls, watch: watch),
            ])
            var head: HPACKHeaders = [
                ":method": "POST", ":path": "/inference.GRPCInferenceService/ModelInfer",
                "content-type": "application/grpc",
            ]
            for (name, value) in kind.fields { head.add(name: name, value: value) }
            try channel.writeInbound(Frame.headers(.init(headers: head)))
            if let prefix = kind.prefix { try channel.writeInbound(Frame.data(.init(data: .byteBuffer(prefix)))) }
            if kind == .slow { channel.embeddedEventLoop.advanceTime(by: .seconds(2)) }
            guard case .headers(let answer)? = try channel.readOutbound(as: Frame.self) else {
                throw Unanswered()
            }
            #expect(answer.headers.first(name: "grpc-status") == "\(kind.status)")
        }
        let text = String(decoding: registry.text(), as: UTF8.self)
        for status in [0, 3, 4, 8, 12, 14] {
            let count = status == kind.status ? 1 : 0
            #expect(
                text.contains("\nrein_answers_total{code=\"\(status)\",transport=\"grpc\"} \(count)\n"), "\(status)")
        }
    }

    private struct Unanswered: Error {}

    @Test("The path of a call names its method, as far as it does")
    func methods() {
        let names = ["/a.B/C", "/a", "", "/", "a/b/c"].map { path in
            let method = RefusedCall(path: path, kind: .unavailable).method
            return "\(method.service.fullyQualifiedService) \(method.method)"
        }
        #expect(names == ["a.B C", "a a", " ", " ", "a b/c"])
    }
}
#endif
