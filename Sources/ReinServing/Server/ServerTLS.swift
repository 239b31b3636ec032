#if Serving
import NIOCore
package import NIOSSL
public import ReinCheckpoints
import Synchronization

/// What the ports of a server are encrypted with, from files of PEM, which are read anew when they are replaced. TLS is of
/// version 1.2 or newer.
public final class ServerTLS: Sendable {
    /// Where the certificate and its key are.
    public struct Files: Sendable, Hashable {
        /// The path of the certificate, behind which may come those by which it is signed.
        public var certificate: String
        /// The path of the private key, which is not encrypted.
        public var key: String

        /// Names two files.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What was read of the files.
    fileprivate struct Material: Sendable {
        /// The certificate, and those by which it is signed.
        let chain: [NIOSSLCertificate]
        /// What connections are encrypted with on which clients are told to speak HTTP/1, and HTTP/2.
        let http1, http2: NIOSSLContext
    }

    /// The files.
    public let files: Files

    private let current: Mutex<Material>

    /// Reads the files.
    ///
    /// - Throws: `StateError` with the path of the file that is missing, is no PEM, or has a key that is not that of the
    ///   certificate.
    public init(_ files: Files) throws(StateError) {
        self.files = files
        current = Mutex(try Material(files))
    }

    /// Reads the files again, for the connections that are made from now on.
    ///
    /// - Throws: `StateError` as `init`; what was read before is used on then.
    public func reload() throws(StateError) {
        let material = try Material(files)
        current.withLock { $0 = material }
    }

    /// What new connections of HTTP/1 are encrypted with.
    var http1: NIOSSLContext { current.withLock { $0.http1 } }

    /// What new connections of HTTP/2 are encrypted with.
    package var http2: NIOSSLContext { current.withLock { $0.http2 } }

    /// Why clients will refuse the certificate, and when: that it is not valid yet, or not any more; nil while it is valid.
    public var warning: String? { warning(at: WallClock.milliseconds / 1000) }

    /// The warning at a time, in seconds since 1970.
    func warning(at now: Int) -> String? {
        guard let certificate = current.withLock({ $0.chain.first }) else { return nil }
        if Int(certificate.notValidAfter) < now { return "\(files.certificate): the certificate is not valid any more" }
        if Int(certificate.notValidBefore) > now { return "\(files.certificate): the certificate is not valid yet" }
        return nil
    }
}

extension ServerTLS.Material {
    /// Reads files, and sees whether they fit together.
    fileprivate init(_ files: ServerTLS.Files) throws(StateError) {
        let chain = try Self.read(files.certificate, "certificate") { try NIOSSLCertificate.fromPEMBytes($0) }
        let key = try Self.read(files.key, "private key") { try NIOSSLPrivateKey(bytes: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // How long a client may take to say that it has seen the end; it has all answers by then.
        configuration.shutdownTimeout = .milliseconds(500)
        do {
            configuration.applicationProtocols = ["http/1.1"]
            http1 = try NIOSSLContext(configuration: configuration)
            configuration.applicationProtocols = ["grpc-exp", "h2"]
            http2 = try NIOSSLContext(configuration: configuration)
        } catch {
            throw StateError(
                .outOfRange, "the private key is not that of the certificate \(files.certificate), or no key for TLS",
                path: files.key)
        }
        self.chain = chain
    }

    private static func read<T>(
        _ path: String, _ what: String, _ parse: ([UInt8]) throws -> T
    ) throws(StateError) -> T {
        let bytes = try RegularFile(opening: path).array(limit: 1 << 20)
        do {
            return try parse(bytes)
        } catch {
            throw StateError(
                .malformed, "expected a \(what) in PEM, which begins with -----BEGIN and is not encrypted", path: path)
        }
    }
}
#endif
