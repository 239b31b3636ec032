#if Serving
import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

/// Certificates that are exchanged while the program serves.
@Suite("SIGHUP", .timeLimit(.minutes(3)))
struct ReloadSignalTests {
    /// A way to reach the server, and what shows that it is there.
    private struct Way {
        let port: Int
        var protocols: [String] = []
        /// What a client says first, on each connection.
        var opening: [UInt8] = []
        let request: [UInt8]
        /// What is in the answer.
        var answer = "HTTP/1.1 200"

        /// Connects.
        func connect(trusting certificate: String) throws -> TLSConnection {
            let connection = try TLSConnection(port: port, trusting: certificate, protocols: protocols)
            connection.send(opening)
            return connection
        }

        /// Whether a request is answered on a connection.
        func answers(on connection: TLSConnection) -> Bool {
            connection.send(request)
            return (try? connection.receive(until: answer))?.isEmpty == false
        }

        /// Whether a new connection has a certificate.
        func answers(with certificate: String) -> Bool {
            guard let connection = try? connect(trusting: certificate) else { return false }
            return answers(on: connection)
        }
    }

    /// The ways to reach a program.
    private func ways(_ program: ServerProgram) throws -> [Way] {
        let http = Way(
            port: try program.number(behind: "on https://127.0.0.1:"), request: TestServer.request())
        let metrics = Way(
            port: try program.number(behind: "metrics=127.0.0.1:"),
            request: Array("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        #if ServingGRPC
        // The preface of HTTP/2 with settings of nothing, and a ping, whose words come back.
        let grpc = Way(
            port: try program.number(behind: "grpc=grpcs://127.0.0.1:"), protocols: ["h2"],
            opening: Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0],
            request: [0, 0, 8, 6, 0, 0, 0, 0, 0] + Array("are you?".utf8), answer: "are you?")
        return [http, metrics, grpc]
        #else
        return [http, metrics]
        #endif
    }

    /// Puts the contents of a file in the place of another's.
    private static func put(_ path: String, as other: String) throws {
        try Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: other))
    }

    @Test("It has the certificate read again for new connections on all ports, and damaged files change nothing")
    func reload() async throws {
        try await withTemporaryDirectory { folder in
            guard let files = try CertificateFiles("served", in: folder),
                let second = try CertificateFiles("second", in: folder)
            else { return print("SIGHUP is not tested: there is no program openssl") }
            try FileManager.default.createDirectory(atPath: folder + "/run", withIntermediateDirectories: false)
            try RunFolder(path: folder + "/run").write(10, ["default_policy"]) { _ in
                try RunFolder.policy(choosing: 1, of: 2, inputs: 4)
            }
            let first = folder + "/first.pem"
            try Self.put(files.certificate, as: first)
            var arguments = [folder + "/run", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]
            #if ServingGRPC
            arguments += ["--grpc", "127.0.0.1:0"]
            #endif
            arguments += ["--log-format", "text", "--tls-certificate", files.certificate, "--tls-key", files.key]
            let end = try await ServerProgram.run("rein-serve", arguments, until: "serving 1 model") { program in
                let ways = try ways(program)
                let old = try ways.map { try $0.connect(trusting: first) }
                for (way, connection) in zip(ways, old) { #expect(way.answers(on: connection), "\(way.port)") }
                // Half of the exchange is a broken pair.
                try Self.put(second.certificate, as: files.certificate)
                program.send(SIGHUP)
                try program.wait(for: "certificate not read again")
                #expect(program.text.contains("\(files.key): the private key is not that of the certificate"))
                for way in ways {
                    #expect(way.answers(with: first) && !way.answers(with: second.certificate), "\(way.port)")
                }
                try Self.put(second.key, as: files.key)
                program.send(SIGHUP)
                try program.wait(for: "certificate read again")
                for way in ways {
                    #expect(way.answers(with: second.certificate) && !way.answers(with: first), "\(way.port)")
                }
                try Data("no certificate".utf8).write(to: URL(fileURLWithPath: files.certificate))
                program.send(SIGHUP)
                try program.wait(for: "certificate not read again", times: 2)
                #expect(program.text.contains("\(files.certificate): expected a certificate in PEM"))
                try FileManager.default.removeItem(atPath: files.certificate)
                program.send(SIGHUP)
                try program.wait(for: "certificate not read again", times: 3)
                for (way, connection) in zip(ways, old) {
                    #expect(way.answers(with: second.certificate), "\(way.port)")
                    #expect(way.answers(on: connection), "\(way.port)")
                }
                program.send(SIGTERM)
            }
            #expect(end.reason == .exit && end.status == 0, "\(end)")
        }
    }
}
#endif
