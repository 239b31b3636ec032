import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A server on this machine that answers each connection with the next of some scripts and closes it, whatever is asked.
final class ScriptedServer: Sendable {
    /// What happens after a request was read.
    enum Step: Sendable {
        /// These bytes are sent.
        case send(String)
        /// One byte after the other is sent, with pauses, for as long as somebody takes them.
        case trickle
        /// The connection stays open until the other side closes it.
        case wait
    }

    let port: UInt16
    private let listener: Int32
    private let heads = Mutex<[String]>([])

    /// Starts to answer.
    ///
    /// - Parameter scripts: one for each connection; the last is used again.
    init(_ scripts: [[Step]]) {
        #if canImport(Glibc)
        let stream = Int32(SOCK_STREAM.rawValue)
        #else
        let stream = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let result = bind(listener, pointer, length)
                precondition(result == 0 && listen(listener, 64) == 0, "a socket on this machine can be bound")
                getsockname(listener, pointer, &length)
            }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.start { [weak self] in
            var number = 0
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                let script = scripts[min(number, scripts.count - 1)]
                number += 1
                Thread.start { [weak self] in
                    let head = Self.readHead(connection)
                    self?.heads.withLock { $0.append(head) }
                    Self.run(script, connection)
                    close(connection)
                }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The heads of the requests so far.
    var requests: [String] { heads.withLock { $0 } }

    private static func readHead(_ connection: Int32) -> String {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), read(connection, &byte, 1) == 1 { head.append(byte) }
        return String(decoding: head, as: UTF8.self)
    }

    private static func run(_ script: [Step], _ connection: Int32) {
        for step in script {
            switch step {
            case .send(let text):
                let bytes = Array(text.utf8)
                guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
            case .trickle:
                while send(connection, "x", 1, Int32(MSG_NOSIGNAL)) == 1 { usleep(20_000) }
            case .wait:
                var byte: UInt8 = 0
                while read(connection, &byte, 1) > 0 {}
            }
        }
        // What was sent arrives although there may be bytes that nobody has read.
        shutdown(connection, Int32(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 4_096)
        while read(connection, &rest, rest.count) > 0 {}
    }
}

/// Threads that nobody waits for.
private enum Thread {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body)
        pthread_detach(thread)
    }
}
