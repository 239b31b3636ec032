import ReinTestSupport
import Synchronization
import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct UploadTests {
    let fixture: TransferFixture
    let transfer = TransferFixture.settings

    init() throws { fixture = try TransferFixture() }

    @Test("An upload comes back as it was, empty folders and odd names included, and verifies")
    func roundTrip() throws {
        // Two folders with nothing in them, and names that differ in how an accent is written.
        for folder in ["logs", "logs/empty", "logs/deep"] {
            try LocalFile.makeDirectories("\(fixture.source)/\(folder)")
        }
        for name in ["caf\u{e9}", "cafe\u{301}", "a b%#?"] {
            try overwrite("\(fixture.source)/logs/\(name)", Array("is \(name)".utf8))
        }
        try transfer.upload(fixture.source, to: fixture.storage)
        #expect(try transfer.isComplete(fixture.storage))
        #expect(try fixture.storage.exists(TransferIndex.begunName) == false)
        try transfer.download(from: fixture.storage, to: fixture.target)
        let source = try Directory(opening: fixture.source)
        let target = try Directory(opening: fixture.target)
        for file in try DirectoryTree(of: source, limit: 100).files {
            let bytes = try target.file(at: file.path).array(limit: 100_000)
            #expect(try source.file(at: file.path).array(limit: 100_000) == bytes)
        }
        #expect(try target.file(at: "logs/caf\u{e9}").size == 8)
        #expect(try target.file(at: "logs/cafe\u{301}").size == 9)
        #expect(try LocalFile.isDirectory("\(fixture.target)/logs/empty"))
        #expect(try LocalFile.isDirectory("\(fixture.target)/logs/deep"))
        #expect(fixture.directory.names == ["checkpoint", "target"])
    }

    @Test("Files come first, manifests after what they list, the index last")
    func order() throws {
        let storage = FaultyStorage(fixture.storage)
        try transfer.upload(fixture.source, to: storage)
        let written = storage.operations.compactMap { if case .write(let key) = $0 { key } else { nil } }
        #expect(
            written == [
                "rein_upload.json", "algorithm_state.safetensors", "policies/one/policy_state.safetensors",
                "policies/two/policy_state.safetensors", "policies/one/rllib_checkpoint.json",
                "policies/two/rllib_checkpoint.json", "rllib_checkpoint.json", "rein_index.json",
            ])
    }

    @Test("Wherever an upload stops, nobody can download it, and the next one brings what is missing and no more")
    func interruptions() throws {
        let all = FaultyStorage(try TransferFixture.memory())
        try transfer.upload(fixture.source, to: all)
        let count = all.operations.count
        #expect(count > 12)
        for last in 1..<count {
            let memory = try TransferFixture.memory()
            let storage = FaultyStorage(memory) { _, number throws(StateError) in
                if number > last { throw StateError(.inputOutput, "the process has gone") }
            }
            let isComplete = try memory.exists(TransferIndex.completeName)
            let error = stateError { try transfer.upload(fixture.source, to: storage) }
            if try memory.exists(TransferIndex.completeName) { continue }
            #expect(error?.message == "the process has gone" && !isComplete)
            let download = stateError { try transfer.download(from: memory, to: fixture.target) }
            #expect(download?.code == .notFound, "after \(last)")
            let brought = try memory.list().filter { $0.key != TransferIndex.begunName }
            let rest = FaultyStorage(memory)
            try transfer.upload(fixture.source, to: rest)
            for object in brought { #expect(!rest.operations.contains(.write(object.key)), "\(object.key)") }
            try transfer.download(from: memory, to: fixture.target)
            #expect(try contents(fixture.target) == contents(fixture.source))
            try Directory(opening: fixture.directory.path).directory("target").removeContents()
            rmdir(fixture.target)
        }
    }

    @Test("Uploading the same again writes nothing")
    func again() throws {
        try transfer.upload(fixture.source, to: fixture.storage)
        let storage = FaultyStorage(fixture.storage)
        try transfer.upload(fixture.source, to: storage)
        #expect(!storage.operations.contains { $0.isChange })
    }

    @Test("An object of the right size that nobody vouches for is brought anew")
    func changedInBetween() throws {
        let storage = FaultyStorage(fixture.storage) { operation, _ throws(StateError) in
            if operation == .write("rllib_checkpoint.json") { throw StateError(.inputOutput, "stops") }
        }
        _ = stateError { try transfer.upload(fixture.source, to: storage) }
        let path = "\(fixture.source)/algorithm_state.safetensors"
        var bytes = try readFile(path).array
        bytes[bytes.count - 1] ^= 1
        try overwrite(path, bytes)
        try transfer.upload(fixture.source, to: fixture.storage)
        #expect(try fixture.storage.read("algorithm_state.safetensors", limit: 10_000) == bytes)
    }

    @Test("Failures that may pass are tried again, with longer and longer pauses; others are not")
    func retries() throws {
        let failures = Counter()
        let pauses = PauseRecord()
        let storage = FaultyStorage(fixture.storage) { operation, _ throws(StateError) in
            if operation == .write("algorithm_state.safetensors"), failures.next() <= 3 {
                throw StateError(.unavailable, "answers 503")
            }
        }
        var transfer = transfer
        transfer.pause = { duration, _ in pauses.add(duration) }
        try transfer.upload(fixture.source, to: storage)
        #expect(try transfer.isComplete(fixture.storage))
        #expect(pauses.all.count == 3)
        for (pause, longest) in zip(pauses.all, [200, 400, 800]) {
            #expect(pause >= .milliseconds(longest) / 2 && pause <= .milliseconds(longest))
        }
        let never = FaultyStorage(try TransferFixture.memory()) { _, _ throws(StateError) in
            throw StateError(.unavailable, "answers 503")
        }
        #expect(stateError { try transfer.upload(fixture.source, to: never) }?.message == "answers 503 (tried 5 times)")
        #expect(never.operations.count == 5)
        let denied = FaultyStorage(try TransferFixture.memory()) { _, _ throws(StateError) in
            throw StateError(.accessDenied, "no")
        }
        #expect(stateError { try transfer.upload(fixture.source, to: denied) }?.code == .accessDenied)
        #expect(denied.operations.count == 1)
    }

    @Test("Pauses stay between half of their longest and all of it, and end at the limit")
    func pauses() {
        var policy = RetryPolicy()
        policy.longestPause = .seconds(1)
        #expect(policy.pause(after: 1, jitter: 0) == .milliseconds(100))
        #expect(policy.pause(after: 2, jitter: 1) == .milliseconds(400))
        #expect(policy.pause(after: 1_000, jitter: 1) == .seconds(1))
    }

    @Test("A cancelled upload removes what it has brought")
    func cancellation() throws {
        let isCancelled = Counter()
        var transfer = transfer
        let storage = FaultyStorage(fixture.storage) { operation, _ in
            if operation == .write("policies/two/policy_state.safetensors") { _ = isCancelled.next() }
        }
        transfer.isCancelled = { isCancelled.count > 0 }
        #expect(stateError { try transfer.upload(fixture.source, to: storage) }?.code == .cancelled)
        #expect(try fixture.keys == [])
        #expect(storage.operations.contains(.write("policies/one/policy_state.safetensors")))
    }

    @Test("A task that is cancelled uploads nothing")
    func cancelledTask() async throws {
        let (source, storage) = (fixture.source, fixture.storage)
        let error = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return stateError { try CheckpointTransfer().upload(source, to: storage) }
        }.value
        #expect(error?.code == .cancelled)
        #expect(try fixture.keys == [])
    }

    @Test("An upload that is out of time leaves what the next one needs")
    func timeLimit() throws {
        var late = transfer
        late.timeLimit = .zero
        #expect(stateError { try late.upload(fixture.source, to: fixture.storage) }?.code == .timedOut)
        #expect(try fixture.keys == [])
        // Waiting counts.
        late.timeLimit = .seconds(3_600)
        late.pause = { _, _ throws(StateError) in throw StateError(.timedOut, "took longer than it may") }
        let storage = FaultyStorage(fixture.storage) { operation, _ throws(StateError) in
            if operation == .write("rllib_checkpoint.json") { throw StateError(.unavailable, "answers 503") }
        }
        #expect(stateError { try late.upload(fixture.source, to: storage) }?.code == .timedOut)
        #expect(try fixture.storage.exists("algorithm_state.safetensors"))
    }

    @Test("Nothing that was not left by an upload is touched, and another checkpoint only when it may be replaced")
    func replacing() throws {
        try fixture.storage.write(StorageContents([1]), to: "notes/mine")
        let stranger = stateError { try transfer.upload(fixture.source, to: fixture.storage, replacingExisting: true) }
        #expect(stranger?.code == .alreadyExists)
        #expect(stranger?.path.hasSuffix("/folder/notes/mine") == true)
        #expect(try fixture.keys == ["notes/mine"])
        try fixture.storage.delete("notes/mine")

        try transfer.upload(fixture.source, to: fixture.storage)
        let other = fixture.directory.path("other")
        try CheckpointDirectory.writePolicy(
            to: other, format: .native, policy: .map(["a": .int(1)]), synchronizing: false)
        let before = try fixture.keys
        #expect(stateError { try transfer.upload(other, to: fixture.storage) }?.code == .alreadyExists)
        #expect(try fixture.keys == before)
        try transfer.upload(other, to: fixture.storage, replacingExisting: true)
        #expect(try fixture.keys == ["policy_state.safetensors", "rein_index.json", "rllib_checkpoint.json"])
        try transfer.remove(from: fixture.storage)
        try transfer.remove(from: fixture.storage)
        #expect(try fixture.keys == [])
    }

    @Test("Wherever a replacement or a removal stops, a reader finds the old one, the new one or none")
    func interruptedReplacement() throws {
        let other = fixture.directory.path("other")
        try CheckpointDirectory.writePolicy(
            to: other, format: .native, policy: .map(["a": .int(1)]), synchronizing: false)
        let (old, new) = (try contents(fixture.source), try contents(other))
        for removing in [false, true] {
            for last in 1..<60 {
                let memory = try TransferFixture.memory()
                try transfer.upload(fixture.source, to: memory)
                let storage = FaultyStorage(memory) { _, number throws(StateError) in
                    if number > last { throw StateError(.inputOutput, "the process has gone") }
                }
                let work = { () throws in
                    if removing { return try transfer.remove(from: storage) }
                    try transfer.upload(other, to: storage, replacingExisting: true)
                }
                let error = stateError { try work() }
                if try transfer.isComplete(memory) {
                    try transfer.download(from: memory, to: fixture.target)
                    let found = try contents(fixture.target)
                    #expect(found == old || found == new && !removing)
                    try Directory(opening: fixture.directory.path).directory("target").removeContents()
                    rmdir(fixture.target)
                }
                // And it can always be ended.
                try transfer.upload(other, to: memory, replacingExisting: true)
                #expect(try transfer.isComplete(memory))
                #expect(try memory.list().count == new.count + 1)
                if error == nil { break }
                #expect(last < 59)
            }
        }
    }

    @Test("Two uploads to one place do not both succeed with different files")
    func twoWriters() throws {
        let other = fixture.directory.path("other")
        try CheckpointDirectory.writePolicy(
            to: other, format: .native, policy: .map(["a": .int(1)]), synchronizing: false)
        let memory = fixture.storage
        let storage = FaultyStorage(memory) { operation, _ throws(StateError) in
            guard operation == .write("rllib_checkpoint.json") else { return }
            try TransferFixture.settings.upload(other, to: memory, replacingExisting: true)
        }
        let error = stateError { try transfer.upload(fixture.source, to: storage) }
        #expect(error?.code == .inUse)
    }

    @Test("A folder with what cannot be uploaded is refused before anything is written")
    func refusals() throws {
        let place = "\(fixture.source)/odd"
        let cases: [(String, (String) -> Int32)] = [
            ("symbolic link", { symlink("/etc/passwd", $0) }), ("pipe", { mkfifo($0, 0o666) }),
            (
                "name of an index",
                { _ in
                    (try? overwrite("\(fixture.source)/rein_index.json", [1])) == nil ? -1 : 0
                }
            ),
        ]
        for (words, make) in cases {
            #expect(make(place) == 0)
            let error = stateError { try transfer.upload(fixture.source, to: fixture.storage) }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
            unlink(place)
        }
        unlink("\(fixture.source)/rein_index.json")
        var few = transfer
        few.maximumFiles = 5
        #expect(stateError { try few.upload(fixture.source, to: fixture.storage) }?.code == .outOfRange)
        var small = transfer
        small.maximumBytes = 100
        #expect(stateError { try small.upload(fixture.source, to: fixture.storage) }?.code == .outOfRange)
        #expect(try fixture.keys == [])
        let missing = stateError { try transfer.upload(fixture.directory.path("none"), to: fixture.storage) }
        #expect(missing?.code == .notFound)
    }
}

/// The pauses that somebody was asked to make.
final class PauseRecord: Sendable {
    private let pauses = Mutex<[Duration]>([])

    var all: [Duration] { pauses.withLock { $0 } }

    func add(_ pause: Duration) { pauses.withLock { $0.append(pause) } }
}
