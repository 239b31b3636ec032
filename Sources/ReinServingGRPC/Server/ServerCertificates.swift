#if ServingGRPC
import NIOSSL
import ReinServing
import Synchronization

/// The certificate of a server, as it was last read.
final class ServerCertificates: Sendable {
    private let files: GRPCConfiguration.Certificate
    private let current: Mutex<NIOSSLContext>

    /// Reads the files.
    ///
    /// - Throws: `ListenFailure` when they are not there, or no certificate and its key.
    init(_ files: GRPCConfiguration.Certificate) throws {
        self.files = files
        do {
            current = Mutex(try Self.context(of: files))
        } catch { throw ListenFailure(address: files.chainPath, reason: "no certificate with its key: \(error)") }
    }

    /// With what a new connection is encrypted.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads the files again; connections that there are stay as they are.
    ///
    /// - Returns: why they could not be read, where what was read before stays.
    func reload() -> String? {
        do {
            let context = try Self.context(of: files)
            current.withLock { $0 = context }
            return nil
        } catch { return "\(files.chainPath): no certificate with its key: \(error)" }
    }

    private static func context(of files: GRPCConfiguration.Certificate) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(files.chainPath)
        let key = try NIOSSLPrivateKey(file: files.keyPath, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["grpc-exp", "h2"]
        return try NIOSSLContext(configuration: configuration)
    }
}
#endif
