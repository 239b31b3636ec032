#if Serving
import Foundation
import NIOSSL
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinServing

/// Encrypted connections.
@Suite("TLS", .timeLimit(.minutes(3)))
struct TLSTests {
    /// Starts a server with a certificate, and calls `body` with it, its TLS and the files; does nothing without openssl.
    private func withServer(
        actions: Int = 2,
        _ body: @escaping @Sendable (TestServer, ServerTLS, CertificateFiles, _ folder: String) throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "rein-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard let files = try CertificateFiles("first", in: folder) else {
            print("TLS is not tested: there is no program openssl")
            return
        }
        let tls = try ServerTLS(ServerTLS.Files(certificate: files.certificate, key: files.key))
        try await TestServer.with({ $0.tls = tls }, actions: actions) { server in
            try body(server, tls, files, folder)
        }
    }

    private static let last = TestServer.request(fields: "Connection: close\r\n")

    @Test("Requests are answered, several on a connection, and its end is said")
    func answers() async throws {
        try await withServer { server, _, files, _ in
            let connection = try TLSConnection(port: server.port, trusting: files.certificate)
            for _ in 0..<3 {
                connection.send(TestServer.request())
                #expect(try connection.receive(until: "}]}").hasPrefix("HTTP/1.1 200"))
            }
            connection.send(Self.last)
            let rest = String(decoding: try connection.rest(), as: UTF8.self)
            #expect(rest.hasPrefix("HTTP/1.1 200") && rest.hasSuffix("}]}"), "\(rest)")
        }
    }

    @Test(
        "A large answer comes whole when the server stops, and when the client sends no more", arguments: [false, true])
    func largeAnswers(stops: Bool) async throws {
        try await withServer(actions: 500) { server, _, files, _ in
            let connection = try TLSConnection(port: server.port, trusting: files.certificate)
            connection.send(TestServer.largeRequest(rows: 4096))
            if !stops { connection.finishSending() }
            let head = try connection.receive(until: "\r\n\r\n").lowercased()
            if stops { server.stop() }
            let length = try #require(
                head.split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }.flatMap {
                    Int($0.dropFirst(16))
                })
            #expect(try connection.rest().count == length && length > 6 << 20)
        }
    }

    @Test("A new certificate is that of new connections, and a broken one changes nothing")
    func reload() async throws {
        try await withServer { server, tls, files, folder in
            let old = try TLSConnection(port: server.port, trusting: files.certificate)
            old.send(TestServer.request())
            #expect(try old.receive(until: "}]}").hasPrefix("HTTP/1.1 200"))
            let second = try #require(try CertificateFiles("second", in: folder))
            func answers(_ certificate: String) -> Bool {
                guard let connection = try? TLSConnection(port: server.port, trusting: certificate) else {
                    return false
                }
                connection.send(Self.last)
                return (try? connection.rest())?.starts(with: Array("HTTP/1.1 200".utf8)) == true
            }
            func put(_ path: String, as other: String) throws {
                try Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: other))
            }
            let trusted = folder + "/trusted.pem"
            try put(files.certificate, as: trusted)
            // Half of the exchange is a broken pair.
            try put(second.certificate, as: files.certificate)
            #expect(throws: StateError.self) { try tls.reload() }
            #expect(answers(trusted) && !answers(second.certificate))
            try put(second.key, as: files.key)
            try tls.reload()
            #expect(answers(second.certificate) && !answers(trusted))
            old.send(TestServer.request())
            #expect(try old.receive(until: "}]}").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("TLS 1.1, and what is no TLS, are refused, and others go on")
    func refused() async throws {
        try await withServer { server, _, files, _ in
            let old = try RawConnection(port: server.port)
            // A hello of TLS 1.1 that offers AES with RSA and with ephemeral keys, and no extensions.
            let body = [3, 2] + [UInt8](repeating: 7, count: 32) + [0, 0, 6, 0xc0, 0x13, 0xc0, 0x14, 0, 0x2f, 1, 0]
            let hello = [1, 0, 0, UInt8(body.count)] + body
            old.send([0x16, 3, 1, 0, UInt8(hello.count)] + hello)
            // A fatal alert: the version of the protocol.
            #expect(old.bytes(7).suffix(2) == [2, 70])
            let plain = try RawConnection(port: server.port)
            plain.send(TestServer.request())
            _ = plain.bytes(1 << 16)
            let silent = try RawConnection(port: server.port)
            silent.send([0x16, 3, 1, 1])
            silent.finishSending()
            _ = silent.bytes(1 << 16)
            let connection = try TLSConnection(port: server.port, trusting: files.certificate)
            connection.send(Self.last)
            #expect(try connection.rest().starts(with: Array("HTTP/1.1 200".utf8)))
        }
    }

    @Test("What is wrong with the files is said")
    func files() throws {
        try withTemporaryDirectory { folder in
            guard let first = try CertificateFiles("first", in: folder),
                let second = try CertificateFiles("second", in: folder)
            else { return print("TLS is not tested: there is no program openssl") }
            let text = folder + "/text"
            try Data("no certificate".utf8).write(to: URL(fileURLWithPath: text))
            for (certificate, key, path) in [
                ("\(folder)/none", first.key, "\(folder)/none"),
                (first.certificate, "\(folder)/none", "\(folder)/none"),
                (text, first.key, text), (first.certificate, text, text), (first.key, first.key, first.key),
                (first.certificate, first.certificate, first.certificate), (first.certificate, second.key, second.key),
            ] {
                let error = #expect(throws: StateError.self) {
                    try ServerTLS(ServerTLS.Files(certificate: certificate, key: key))
                }
                #expect(error?.path == path, "\(String(describing: error))")
            }
            let tls = try ServerTLS(ServerTLS.Files(certificate: first.certificate, key: first.key))
            #expect(tls.warning == nil)
            let now = WallClock.milliseconds / 1000
            #expect(tls.warning(at: now + 3 * 86_400)?.contains("not valid any more") == true)
            #expect(tls.warning(at: now - 3600)?.contains("not valid yet") == true)
        }
    }
}
#endif
