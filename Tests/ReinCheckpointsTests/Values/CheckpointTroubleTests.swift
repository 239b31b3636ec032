import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Checkpoints that cannot be saved")
struct CheckpointTroubleTests {
    private static func large() throws -> Checkpoint {
        try Checkpoint(dictionary: ["a": .bytes([UInt8](repeating: 1, count: 1 << 20)), "b": 2])
    }

    @Test("A disk that is full is said, and nothing of the checkpoint stays")
    func full() async {
        await #expect(processExitsWith: .success) {
            let scratch = try TemporaryDirectory()
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
            #if canImport(Glibc)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            #else
            try #require(setrlimit(RLIMIT_FSIZE, &limit) == 0)
            #endif
            let error = stateError { try Self.large().write(to: scratch.path("checkpoint")) }
            #expect(error?.code == .inputOutput)
            #expect(error?.path.hasPrefix(scratch.path) == true && error?.path.hasSuffix("/a") == true)
            #expect(scratch.names.isEmpty)
            let store = try CheckpointStore(at: scratch.path("trial"), config: CheckpointConfig(numToKeep: 1))
            #expect(stateError { _ = try store.add(metrics: [:]) { try Self.large().write(to: $0) } } != nil)
            #expect(store.checkpoints.isEmpty)
            try store.add(metrics: [:]) { try Checkpoint(dictionary: ["a": 1]).write(to: $0) }
            #expect(store.checkpoints.map(\.index) == [1])
        }
    }

    @Test("A folder that may not be written to is said, and is as it was")
    func readOnly() async {
        await #expect(processExitsWith: .success) {
            let scratch = try TemporaryDirectory()
            let path = scratch.path("trial")
            try CheckpointStore(at: path, config: CheckpointConfig()).add(metrics: [:]) {
                try Checkpoint(dictionary: ["a": 1]).write(to: $0)
            }
            let before = try contents(path)
            chmod(scratch.path, 0o755)
            chmod(path, 0o555)
            // The superuser may write everywhere.
            if geteuid() == 0 { try #require(seteuid(65_534) == 0) }
            let error = stateError { try Self.large().write(to: "\(path)/checkpoint_000001") }
            #expect(error?.code == .inputOutput && error?.path.hasPrefix(path) == true)
            #expect(error?.message.contains("Permission denied") == true)
            let opening = stateError { _ = try CheckpointStore(at: path, config: CheckpointConfig()) }
            #expect(opening?.code == .inputOutput && opening?.path.hasPrefix(path) == true)
            var metadata = try Checkpoint(directory: "\(path)/checkpoint_000000")
            #expect(stateError { try metadata.setMetadata(["a": 1]) } == nil || geteuid() == 65_534)
            if getuid() == 0 { try #require(seteuid(0) == 0) }
            chmod(path, 0o755)
            #expect(try contents(path).filter { $0.key != ".metadata.json" } == before)
        }
    }

    @Test("A folder that is removed while a checkpoint is written into it is said, and does not come back")
    func removed() throws {
        let scratch = try TemporaryDirectory()
        let parent = scratch.path("trial")
        try LocalFile.makeDirectories(parent)
        let error = CheckpointWriter.$interruption.withValue({ _ in
            rmTree(parent)
            return nil
        }) {
            stateError { try Self.large().write(to: "\(parent)/checkpoint") }
        }
        #expect(error?.path.hasPrefix(parent) == true)
        #expect(scratch.names.isEmpty)

        let store = try CheckpointStore(at: parent, config: CheckpointConfig(numToKeep: 1))
        let failure = stateError {
            try store.add(metrics: [:]) { path in
                rmTree(parent)
                try Self.large().write(to: path)
            }
        }
        #expect(failure?.path.hasPrefix(parent) == true)
        #expect(stateError { try store.add(metrics: [:]) { try Self.large().write(to: $0) } } != nil)
        #expect(store.checkpoints.isEmpty && scratch.names.isEmpty)
    }

    @Test("Of several writers of one checkpoint one wins, and it is whole", arguments: [false, true])
    func writers(replaces: Bool) async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("checkpoint")
        let errors = await withTaskGroup(of: StateError?.self) { group in
            for index in 0..<8 {
                group.addTask {
                    stateError {
                        try Checkpoint(dictionary: ["writer": .int(Int64(index)), "same": .bytes([UInt8(index)])])
                            .write(to: path, replacingExisting: replaces, synchronizing: false)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let refused = errors.compactMap(\.self)
        #expect(refused.count <= 7)
        if !replaces {
            #expect(refused.count == 7)
            #expect(refused.allSatisfy { $0.code == .alreadyExists && $0.path == path })
        }
        let dictionary = try Checkpoint(directory: path).dictionary()
        let writer = try StateReader(.map(dictionary)).int("writer")
        #expect(dictionary["same"] == .bytes([UInt8(writer)]))
        #expect(scratch.names == ["checkpoint"])
    }

    @Test("A file whose name is not UTF-8 is an error for who reads all files")
    func names() throws {
        let scratch = try TemporaryDirectory()
        try LocalFile.makeDirectories(scratch.path("checkpoint"))
        let name: [CChar] = Array("\(scratch.path)/checkpoint/".utf8CString.dropLast()) + [CChar(bitPattern: 0xff), 0]
        let file = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        close(file)
        defer { unlink(name) }
        let checkpoint = try Checkpoint(directory: scratch.path("checkpoint"))
        for error in [
            stateError { _ = try checkpoint.dictionary() }, stateError { _ = try checkpoint.bytes() },
            stateError { try checkpoint.write(to: scratch.path("copy")) },
        ] {
            #expect(error?.code == .malformed)
            #expect(error?.message == "is a name that is not UTF-8")
        }
        #expect(scratch.names == ["checkpoint"])
    }
}

/// Removes a directory with all that is in it.
private func rmTree(_ path: String) {
    let name = lastComponent(of: path)
    guard let directory = try? Directory(opening: String(path.dropLast(name.count))) else { return }
    try? directory.existingDirectory(name)?.removeContents()
    try? directory.removeDirectory(name)
}
