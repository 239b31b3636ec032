#if Serving
import Dispatch
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// Files of a certificate that the program openssl makes.
struct CertificateFiles {
    let certificate: String
    let key: String

    /// Makes a certificate with its key in a folder; nil where there is no openssl.
    init?(_ name: String, in folder: String) throws {
        certificate = "\(folder)/\(name).pem"
        key = "\(folder)/\(name).key"
        guard
            let program = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"].first(
                where: { FileManager.default.isExecutableFile(atPath: $0) })
        else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-keyout",
            key, "-out", certificate, "-subj", "/CN=\(name)",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}

/// A client of TLS that trusts one certificate, and collects what comes until the connection is closed.
final class TLSConnection: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isClosed = false
        var error: (any Error)?
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let connection: TLSConnection

        init(_ connection: TLSConnection) { self.connection = connection }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            connection.state.withLock { $0.bytes += unwrapInboundIn(data).readableBytesView }
            connection.changed.signal()
        }

        func channelInactive(context: ChannelHandlerContext) {
            connection.state.withLock { $0.isClosed = true }
            connection.changed.signal()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed {
                connection.state.withLock { $0.isClosed = true }
                connection.changed.signal()
                context.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            connection.state.withLock { if !$0.isClosed { $0.error = $0.error ?? error } }
            context.close(promise: nil)
        }
    }

    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)
    private let channel = Mutex<(any Channel)?>(nil)

    /// Connects; that fails in `receive` when the certificate of the server is not the one that is trusted.
    ///
    /// - Parameter protocols: what is spoken on it, of which the server chooses.
    init(port: Int, trusting certificate: String, protocols: [String] = []) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = protocols
        configuration.trustRoots = .file(certificate)
        configuration.certificateVerification = .noHostnameVerification
        let tls = try NIOSSLContext(configuration: configuration)
        let made = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                    try pipeline.addHandler(Collector(self))
                }
            }
            .connect(host: "127.0.0.1", port: port).wait()
        channel.withLock { $0 = made }
    }

    deinit { channel.withLock { $0 }?.close(promise: nil) }

    /// Sends bytes.
    func send(_ bytes: [UInt8]) { channel.withLock { $0 }?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    /// Sends no more, but reads on.
    func finishSending() { channel.withLock { $0 }?.close(mode: .output, promise: nil) }

    /// Sends, and returns what comes until something is in it.
    func receive(until text: String) throws -> String {
        while true {
            let (found, isClosed, error) = state.withLock { state in
                (state.bytes.firstRange(of: Array(text.utf8))?.upperBound, state.isClosed, state.error)
            }
            if let found {
                return state.withLock { state in
                    defer { state.bytes.removeFirst(found) }
                    return String(decoding: state.bytes[..<found], as: UTF8.self)
                }
            }
            if let error { throw error }
            guard !isClosed, changed.wait(timeout: .now() + 20) == .success else { return "" }
        }
    }

    /// What comes until the server says that it sends no more.
    func rest() throws -> [UInt8] {
        while true {
            let (bytes, isClosed, error) = state.withLock { ($0.bytes, $0.isClosed, $0.error) }
            if let error { throw error }
            if isClosed { return bytes }
            guard changed.wait(timeout: .now() + 20) == .success else { return [] }
        }
    }
}
#endif
