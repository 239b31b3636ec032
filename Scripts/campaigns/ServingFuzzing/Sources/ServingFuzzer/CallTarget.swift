import Dispatch
import GRPCCore
import GRPCInProcessTransport
import GRPCNIOTransportHTTP2Posix
import NIOPosix
import ReinServing
import Synchronization

@testable import ReinServingGRPC

/// A server of gRPC in this process, whose calls are made by a client.
struct CallTarget<Transport: ClientTransport>: Sendable {
    private let client: GRPCClient<Transport>

    private init(_ transport: Transport) {
        let client = GRPCClient(transport: transport)
        self.client = client
        Task.detached {
            do { try await client.runConnections() } catch { fail("the client has ended: \(error)") }
        }
    }

    /// Makes a call of one message, which is answered soon.
    ///
    /// - Returns: whether it was not refused.
    func answers(_ call: RecordedCall) -> Bool {
        let result = Mutex<Result<[UInt8], any Error>?>(nil)
        let isOver = DispatchSemaphore(value: 0)
        let client = client
        Task.detached {
            let answer: Result<[UInt8], any Error>
            do { answer = .success(try await Self.answer(call, client)) } catch { answer = .failure(error) }
            result.withLock { $0 = answer }
            isOver.signal()
        }
        require(isOver.wait(timeout: .now() + 8) == .success, "\(call.method) is not answered")
        switch result.withLock({ $0 }) {
        case .success(let answer):
            RecordedCall.check(answer, of: call.method)
            return true
        case .failure(let error as RPCError):
            let allowed: Set<RPCError.Code> = [
                .invalidArgument, .notFound, .unimplemented, .resourceExhausted, .unavailable, .deadlineExceeded,
            ]
            require(allowed.contains(error.code), "\(call.method): \(error)")
            require(error.message.utf8.count < 2_000, "a refusal of \(error.message.utf8.count) bytes")
            return false
        case let other: fail("\(call.method): \(String(describing: other))")
        }
    }

    private static func answer(_ call: RecordedCall, _ client: GRPCClient<Transport>) async throws -> [UInt8] {
        let message = call.message
        guard call.method == "ModelStreamInfer" else {
            return try await client.unary(
                request: ClientRequest(message: message), descriptor: InferenceCalls.method(call.method, .unary),
                serializer: Bytes(), deserializer: Bytes(), options: .defaults
            ) { try $0.message }
        }
        return try await client.bidirectionalStreaming(
            request: StreamingClientRequest { try await $0.write(message) },
            descriptor: InferenceCalls.method(call.method, .bidirectionalStreaming), serializer: Bytes(),
            deserializer: Bytes(), options: .defaults
        ) { response in
            var answers: [[UInt8]] = []
            for try await answer in response.messages { answers.append(answer) }
            require(answers.count == 1, "\(answers.count) answers to one request")
            return answers[0]
        }
    }

    /// Messages as they are.
    private struct Bytes: MessageSerializer, MessageDeserializer {
        func serialize<Contiguous: GRPCContiguousBytes>(_ message: [UInt8]) -> Contiguous { Contiguous(message) }

        func deserialize<Contiguous: GRPCContiguousBytes>(_ bytes: Contiguous) -> [UInt8] {
            bytes.withUnsafeBytes { Array($0) }
        }
    }
}

extension CallTarget<InProcessTransport.Client> {
    /// Has calls made without a socket.
    init(_ service: InferenceService) {
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let transport = InProcessTransport()
        let calls = InferenceCalls(service: service, threads: threads, messageLimit: 1 << 20)
        let server = GRPCServer(transport: InferTransport(transport.server, calls), services: [calls])
        Task.detached {
            do { try await server.serve() } catch { fail("the server has ended: \(error)") }
        }
        self.init(transport.client)
    }
}

extension CallTarget<HTTP2ClientTransport.Posix> {
    /// Has calls made over HTTP/2, to a port of this machine.
    init(port: Int) throws {
        self.init(
            try .http2NIOPosix(target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext))
    }
}
