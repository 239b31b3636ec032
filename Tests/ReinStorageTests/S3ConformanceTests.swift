import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinStorage

@Suite(.enabled(if: MotoServer.isExpected, "REIN_MOTO_PYTHON names no Python interpreter with moto[server]"))
struct S3ConformanceTests {
    let server: MotoServer

    init() throws { server = try #require(MotoServer.shared, "the interpreter of REIN_MOTO_PYTHON starts no server") }

    @Test("s3: does what every storage does", arguments: StorageCheck.all)
    func check(_ check: StorageCheck) throws { try check.run(on: server.storage()) }

    @Test("A listing has as many pages as it takes")
    func pages() throws {
        let storage = try server.storage()
        for index in 0..<1_005 { try storage.write(StorageContents([]), to: "many/\(index)") }
        #expect(try storage.list("many").count == 1_005)
    }

    @Test("A wrong secret is refused, and in no message")
    func wrongSecret() throws {
        let wrong = "wrongSecretOfNobody0123456789"
        for keyID in [server.credentials.keyID, "AKIANOBODY"] {
            let storage = try server.storage(credentials: S3Credentials(keyID: keyID, secret: wrong))
            let operations: [() throws -> Void] = [
                { _ = try storage.list() }, { _ = try storage.read("a", range: 0..<1) },
                { try storage.write(StorageContents([1]), to: "a") }, { try storage.delete("a") },
                { _ = try storage.exists("a") },
            ]
            for operation in operations {
                let error = stateError(operation)
                #expect(error?.code == .accessDenied, "\(String(describing: error))")
                #expect(error.map { "\($0)".contains(wrong) } == false)
            }
        }
    }

    @Test("A bucket that is not there is not found")
    func noBucket() throws {
        let uri = try StorageURI("s3://rein-no-bucket/x?endpoint=\(server.endpoint)")
        let storage = try S3Storage(uri, credentials: server.credentials)
        let error = stateError { _ = try storage.list() }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("NoSuchBucket") == true)
        #expect(stateError { try storage.write(StorageContents([1]), to: "a") }?.code == .notFound)
    }

    @Test("A checkpoint goes to the bucket and comes back")
    func transfer() throws {
        let storage = try server.storage()
        try withTemporaryDirectory { directory in
            let source = "\(directory)/checkpoint"
            try CheckpointDirectory.writePolicy(
                to: source, format: .native, policy: .map(["weights": .string(String(repeating: "w", count: 50_000))]))
            try CheckpointTransfer().upload(source, to: storage)
            try CheckpointTransfer().download(from: storage, to: "\(directory)/back")
            #expect(try files(below: "\(directory)/back") == files(below: source))
            try CheckpointDirectory(opening: "\(directory)/back").verify()
            try CheckpointTransfer().remove(from: storage)
            #expect(try storage.list() == [])
        }
    }

    @Test("A checkpoint as a value goes there by its address, is compared by it, and comes back")
    func value() async throws {
        let credentials = server.credentials
        StorageSchemes.register("s3") { uri throws(StateError) in try S3Storage(uri, credentials: credentials) }
        var checkpoint = try Checkpoint(algorithm: ["steps": 1], policies: [("a", ["w": 2])])
        try checkpoint.setMetadata(["note": 1])
        let uri = try server.storage().uri
        let remote = try await checkpoint.upload(to: uri)
        let again = try Checkpoint(uri: uri.description)
        #expect(remote == again && remote.uri == uri)
        let local = try await again.downloaded()
        #expect(local == checkpoint)
        try local.verify()
        let steps = try await again.withDirectory { try CheckpointDirectory(opening: $0).algorithmState() }
        #expect(steps == ["steps": 1])
    }
}

/// The error of state that `body` throws, nil when it throws none.
func stateError(_ body: () throws -> Void) -> StateError? {
    do { try body() } catch { return error as? StateError }
    return nil
}
