import ReinServing
import ReinServingGRPC
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A server in this process, to which requests go through sockets.
final class SocketTarget: Sendable {
    private let port: UInt16

    /// The port of gRPC.
    let grpcPort: Int

    /// Starts a server on ports that are free.
    init(_ service: InferenceService) {
        var configuration = PolicyServer.Configuration()
        configuration.port = 0
        configuration.bodyLimit = 1 << 20
        configuration.bodyTimeout = .seconds(1)
        var grpc = GRPCConfiguration()
        grpc.port = 0
        grpc.messageLimit = 1 << 20
        let (settings, grpcSettings) = (configuration, grpc)
        let (http, calls) = (Listening(), Listening())
        Task.detached {
            do {
                try await PolicyServer(
                    service, configuration: settings,
                    transports: [.grpc(grpcSettings) { calls.port.store($0, ordering: .releasing) }]
                ) { http.port.store($0, ordering: .releasing) }.run()
            } catch { fail("the server has ended: \(error)") }
        }
        port = UInt16(http.wait())
        grpcPort = calls.wait()
    }

    /// A port, once there is one.
    private final class Listening: Sendable {
        let port = Atomic<Int>(0)

        func wait() -> Int {
            for _ in 0..<10_000 where port.load(ordering: .acquiring) == 0 { usleep(1000) }
            let port = port.load(ordering: .acquiring)
            require(port > 0, "the server does not listen")
            return port
        }
    }

    /// Sends a request of HTTP/1 on a connection of its own.
    ///
    /// - Returns: whether it was not refused.
    func answers(_ input: RecordedInput) -> Bool {
        let answer = answer(to: input.bytes, port: port)
        guard !answer.isEmpty else { return false }
        let start = String(decoding: answer.prefix(13), as: UTF8.self)
        require(start.hasPrefix("HTTP/1.1 ") && !start.hasSuffix(" 500 "), "an answer that begins with \(start)")
        return start.hasSuffix(" 200 ")
    }

    /// Sends what a client of gRPC has sent on a connection of its own.
    ///
    /// - Returns: whether there was an answer.
    func answersCalls(_ bytes: [UInt8]) -> Bool { !answer(to: bytes, port: UInt16(grpcPort)).isEmpty }

    /// Sends bytes, ends the connection there, and reads until the server closes it, which must be soon.
    private func answer(to bytes: [UInt8], port: UInt16) -> [UInt8] {
        let descriptor = connected(port)
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            // The server may close before it has read everything.
            guard count > 0 else { break }
            sent += count
        }
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            if count < 0, errno == EINTR { continue }
            require(count >= 0 || errno != EAGAIN, "the server keeps a connection that sends no more")
            guard count > 0 else { break }
            answer += part[..<count]
            require(answer.count < 1 << 22, "an answer without an end")
        }
        return answer
    }

    private func connected(_ port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        var problem: Int32 = 0
        // The fuzzer's own timer may interrupt it, and ports of this machine may be rare for a moment.
        for _ in 0..<100 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var limit = timeval(tv_sec: 8, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            let result = withUnsafeBytes(of: &address) {
                connect(descriptor, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
            }
            if result == 0 { return descriptor }
            problem = errno
            close(descriptor)
            guard problem == EINTR || problem == EADDRNOTAVAIL else { break }
            usleep(10_000)
        }
        fail("cannot connect: \(String(cString: strerror(problem)))")
    }
}
