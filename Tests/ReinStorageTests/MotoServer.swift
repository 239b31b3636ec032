import ReinCheckpoints
import ReinStorage
import ReinTestSupport
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A server of S3 on this machine that checks signatures, for as long as this process lives.
///
/// The environment variable `REIN_MOTO_PYTHON` names a Python interpreter with moto[server]
/// (`Scripts/make-python-environments` makes one).
final class MotoServer: Sendable {
    let endpoint: String
    let credentials: S3Credentials
    /// The secret, to be looked for in messages.
    let secret: String
    /// The end of the pipe that keeps the server alive.
    private let input: Int32

    /// The server, started when it is first asked for; nil without the variable.
    static let shared: MotoServer? = PythonInterpreter(variable: "REIN_MOTO_PYTHON").flatMap {
        try? MotoServer($0.path)
    }

    /// Whether there is to be one.
    static var isExpected: Bool { getenv("REIN_MOTO_PYTHON") != nil }

    private init(_ python: String) throws {
        let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
        var (toServer, fromServer): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toServer) == 0, pipe(&fromServer) == 0 else {
            throw StateError(.inputOutput, "there are no pipes")
        }
        for file in [toServer[1], fromServer[0]] { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toServer[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromServer[1], 1)
        let words = [python, "\(tests)/Interoperability/serve_moto.py"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        var process = pid_t()
        let status = posix_spawn(&process, python, &actions, nil, &arguments, environ)
        for argument in arguments { free(argument) }
        posix_spawn_file_actions_destroy(&actions)
        close(toServer[0])
        close(fromServer[1])
        guard status == 0 else { throw StateError(.notFound, "cannot be run", path: python) }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(fromServer[0], &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        let answer = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
        guard answer.count == 3 else { throw StateError(.malformed, "says nothing of use", path: python) }
        endpoint = "http://127.0.0.1:\(answer[0])"
        credentials = try S3Credentials(keyID: answer[1], secret: answer[2])
        secret = answer[2]
        input = toServer[1]
    }

    /// A storage in a folder that nobody has used.
    func storage(credentials other: S3Credentials? = nil) throws -> S3Storage {
        let uri = "s3://rein-tests/run \(Self.folders.next())/ü+&?endpoint=\(endpoint)"
        return try S3Storage(StorageURI(uri), credentials: other ?? credentials)
    }

    private static let folders = Counter()
}
