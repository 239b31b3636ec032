#if Serving
import Glibc
import NIOCore
import Testing

/// A connection of TCP that sends any bytes, and reads answers of HTTP.
///
/// `@unchecked Sendable`: one thread at a time uses it.
final class RawConnection: @unchecked Sendable {
    private let descriptor: Int32
    private var received: [UInt8] = []
    private var piece = [UInt8](repeating: 0, count: 1 << 16)

    /// An answer of HTTP.
    struct Answer {
        let status: Int
        let fields: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Nobody listens.
    struct NotConnected: Error {}

    /// Connects to a port of this machine.
    ///
    /// - Parameter buffer: how much the system keeps of what is sent to it, when that is to be little.
    init(port: Int, buffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if var buffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let result = try SocketAddress(ipAddress: "127.0.0.1", port: port).withSockAddr { address, size in
            connect(descriptor, address, socklen_t(size))
        }
        if result != 0 { throw NotConnected() }
    }

    deinit { close(descriptor) }

    /// Sends bytes; false when the other end is closed.
    @discardableResult func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Sends as many of some bytes as the system takes within a time.
    ///
    /// - Returns: how many; nil when it takes none, or the other end is closed.
    func sendSome(_ bytes: [UInt8], milliseconds: Int32) -> Int? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        return count > 0 ? count : nil
    }

    /// Sends no more, but reads on.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    private func receive() -> Bool {
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { return false }
        received += piece[..<count]
        return true
    }

    /// Reads up to a number of bytes, fewer when the connection ends before.
    func bytes(_ count: Int) -> [UInt8] {
        while received.count < count, receive() {}
        defer { received.removeFirst(min(count, received.count)) }
        return Array(received.prefix(count))
    }

    /// Waits until something has come, which stays to be read.
    func waitForBytes() -> Bool { !received.isEmpty || receive() }

    /// Whether nothing comes within a time, and the connection is open.
    func isQuiet(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return received.isEmpty && poll(&entry, 1, milliseconds) == 0
    }

    /// Whether the other end closes the connection without sending anything else.
    func isClosed() -> Bool { !receive() && received.isEmpty }

    /// Reads one answer; nil when the connection ends before.
    func answer(toHead isHead: Bool = false) throws -> Answer? {
        var end: Int?
        while end == nil {
            end = received.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound
            if end == nil, !receive() { return nil }
        }
        let head = String(decoding: received[..<(end ?? 0)], as: UTF8.self).split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in head.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        received.removeFirst((end ?? 0) + 4)
        let isInterim = head.first?.hasPrefix("HTTP/1.1 1") == true
        let length = isHead || isInterim ? 0 : try #require(fields["content-length"].flatMap { Int($0) })
        while received.count < length { guard receive() else { return nil } }
        defer { received.removeFirst(length) }
        let status = try #require(head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return Answer(status: status, fields: fields, body: Array(received[..<length]))
    }
}
#endif
