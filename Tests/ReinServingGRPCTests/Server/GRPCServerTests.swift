#if ServingGRPC
import Foundation
import GRPCCore
import ReinServing
import ReinTestSupport
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// A policy server with sockets, and clients of gRPC.
@Suite("gRPC on a port", .timeLimit(.minutes(2)))
struct GRPCServerTests {
    @Test("Requests are answered, plain and packed", arguments: [CompressionAlgorithm.none, .gzip, .deflate])
    func packed(_ compression: CompressionAlgorithm) async throws {
        try await ServedPort.with { server in
            try await server.withClient(compression: compression) { client in
                let first = try await client.infer()
                for _ in 0..<20 { #expect(try await client.infer() == first) }
                let many = try await client.infer(.pole(rows: 1000))
                #expect(many.outputs[0].shape == [1000])
            }
        }
    }

    @Test("What is too large is refused, as it comes and unpacked, and the connection lives on")
    func tooLarge() async throws {
        try await ServedPort.with {
            $0.messageLimit = 100_000
        } _: { server in
            for compression in [CompressionAlgorithm.none, .gzip] {
                try await server.withClient(compression: compression) { client in
                    var zeros = Inference_ModelInferRequest.pole(rows: 60_000)
                    zeros.rawInputContents = [Data(count: 16 * 60_000)]
                    let refusal = try #require(try await client.refusal(of: zeros))
                    #expect(refusal.code == .resourceExhausted && refusal.message.contains("100000"), "\(refusal)")
                    _ = try await client.infer()
                }
            }
        }
    }

    @Test("A message that does not come in time is not waited for")
    func slow() async throws {
        try await ServedPort.with {
            $0.messageTimeout = .milliseconds(50)
        } _: { server in
            try await server.withClient { client in
                let (never, continuation) = AsyncStream.makeStream(of: Void.self)
                let request = StreamingClientRequest<Inference_ModelInferRequest> { _ in
                    for await _ in never {}
                }
                let code = try await client.bidirectionalStreaming(
                    request: request, descriptor: InferenceCalls.method("ModelInfer", .bidirectionalStreaming),
                    serializer: MessageWriter<Inference_ModelInferRequest>(),
                    deserializer: MessageReader<Inference_ModelInferResponse>(), options: .defaults
                ) { response -> RPCError.Code? in
                    defer { continuation.finish() }
                    do {
                        for try await _ in response.messages {}
                        return nil
                    } catch let error as RPCError { return error.code }
                }
                #expect(code == .deadlineExceeded)
                _ = try await client.infer()
            }
        }
    }

    @Test("Connections beyond the limit are closed")
    func connections() async throws {
        try await ServedPort.with {
            $0.connectionLimit = 1
        } _: { server in
            try await server.withClient { client in
                _ = try await client.infer()
                try await server.withClient { other in
                    let refusal = try await other.refusal()
                    #expect(refusal?.code == .unavailable)
                }
                _ = try await client.infer()
            }
        }
    }

    @Test(
        "A client that asks nothing, and does not say that it has heard the end, is not waited for",
        arguments: [true, false])
    func silent(speaks: Bool) async throws {
        try await ServedPort.with {
            $0.idleTimeout = .milliseconds(50)
            $0.writeTimeout = .milliseconds(50)
        } _: { server in
            let isClosed = try await onThread {
                let socket = try RawSocket(port: server.port)
                if speaks { socket.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]) }
                let limit = ContinuousClock.now + .seconds(15)
                while socket.receive() != nil, ContinuousClock.now < limit {}
                return ContinuousClock.now < limit
            }
            #expect(isClosed)
        }
    }

    @Test("A call that ends with its head is refused, as others are without a message")
    func headOnly() async throws {
        try await ServedPort.with { server in
            let ended = try await onThread {
                let socket = try RawSocket(port: server.port)
                socket.send(
                    RawFrames.preface() + RawFrames.head("ModelInfer", stream: 1, endsCall: true)
                        + RawFrames.head("ModelStreamInfer", stream: 3, endsCall: true)
                        + RawFrames.head("ServerLive", stream: 5, endsCall: true))
                var received: [UInt8] = []
                while FrameCounter(received[...]).ended.count < 3, let more = socket.receive() { received += more }
                return FrameCounter(received[...]).ended
            }
            #expect(ended == [1, 3, 5])
        }
    }

    @Test("A client that takes nothing of an answer is not waited for, and its connection lives on")
    func untakenAnswer() async throws {
        let message: [UInt8] = Array(try Inference_ModelInferRequest.pole().serializedData())
        try await ServedPort.with {
            $0.writeTimeout = .milliseconds(50)
        } _: { server in
            let counter = try await onThread {
                let socket = try RawSocket(port: server.port)
                // A window of no bytes for what is answered.
                socket.send(RawFrames.preface(settings: [(4, 0)]))
                socket.send(RawFrames.head("ModelInfer", stream: 1) + RawFrames.message(message, stream: 1))
                var received: [UInt8] = []
                while FrameCounter(received[...]).reset.isEmpty, let more = socket.receive() { received += more }
                // And then one of some.
                socket.send(RawFrames.frame(4, payload: [0, 4, 0, 0, 0xff, 0xff]))
                socket.send(RawFrames.head("ModelInfer", stream: 3) + RawFrames.message(message, stream: 3))
                while FrameCounter(received[...]).ended.isEmpty, let more = socket.receive() { received += more }
                return FrameCounter(received[...])
            }
            #expect(counter.reset == [1] && counter.ended == [3])
        }
    }

    @Test("A port that somebody else has is an error that names it")
    func taken() async throws {
        try await ServedPort.with { server in
            do {
                try await ServedPort.with {
                    $0.port = server.port
                } _: { _ in
                }
                Issue.record("two servers listen on one port")
            } catch let error as ListenFailure { #expect(error.address == "127.0.0.1:\(server.port)") }
        }
    }

    @Test("A certificate proves who the server is, and takes another one's place when its files are read again")
    func certificates() async throws {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/tls").path
        try await withTemporaryDirectory { path in
            let files = ServerTLS.Files(certificate: "\(path)/chain.pem", key: "\(path)/key.pem")
            @Sendable func put(_ name: String) throws {
                for (suffix, target) in [("pem", files.certificate), ("key", files.key)] {
                    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).\(suffix)"))
                        .write(to: URL(fileURLWithPath: target))
                }
            }
            try put("first")
            let tls = try ServerTLS(files)
            try await ServedPort.with(tls: tls) { server in
                @Sendable func expectOnly(_ trusted: String, not other: String) async throws {
                    try await server.withClient(trusting: "\(folder)/\(trusted).pem") { _ = try await $0.infer() }
                    try await server.withClient(trusting: "\(folder)/\(other).pem") { client in
                        let refusal = try await client.refusal()
                        #expect(refusal?.code == .unavailable)
                    }
                }
                try await expectOnly("first", not: "second")
                try await server.withClient { client in
                    let refusal = try await client.refusal()
                    #expect(refusal?.code == .unavailable)
                }
                try await server.withClient(trusting: "\(folder)/first.pem") { old in
                    _ = try await old.infer()
                    try put("second")
                    try tls.reload()
                    try await expectOnly("second", not: "first")
                    _ = try await old.infer()
                }
            }
        }
    }
}
#endif
