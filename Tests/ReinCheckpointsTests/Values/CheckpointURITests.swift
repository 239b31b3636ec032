import ReinTestSupport
import Synchronization
import Testing

@testable import ReinCheckpoints

@Suite("Checkpoints in a storage")
struct CheckpointURITests {
    struct Stop: Error {}

    /// What several tasks saw.
    final class Seen: Sendable {
        private let seen = Mutex<(places: Set<String>, count: Int)>(([], 0))

        var places: Set<String> { seen.withLock { $0.places } }
        var count: Int { seen.withLock { $0.count } }

        func add(_ place: String) {
            seen.withLock { seen in
                seen.places.insert(place)
                seen.count += 1
            }
        }
    }

    private static func memoryURI() throws -> StorageURI { try TransferFixture.memory().uri }

    @Test("Whatever face it has, it comes back as it was", arguments: CheckpointMetadataTests.faces)
    func roundTrip(face: String) async throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try CheckpointMetadataTests.checkpoint(face, in: scratch)
        try checkpoint.setMetadata(["note": 1])
        try checkpoint.setProgress(["step": 3, "loss": .double(.nan)])
        let uri = try Self.memoryURI()
        let remote = try await checkpoint.upload(to: uri)
        #expect(remote.representation == .uri && remote.uri == uri && remote.path == nil)
        let local = try await remote.downloaded()
        #expect(local == checkpoint && local.uri == nil)
        try local.verify()
        #expect(try local.dictionary() == checkpoint.dictionary())
        let onDisk = try await remote.download(to: scratch.path("downloaded"))
        #expect(onDisk == checkpoint && onDisk.path == scratch.path("downloaded"))
        #expect(try onDisk.bytes() == checkpoint.bytes())
        // To another place, and to the same one.
        let other = try await remote.upload(to: Self.memoryURI())
        #expect(try await other.downloaded() == checkpoint)
        #expect(try await remote.upload(to: uri) == remote)
        #expect(try await checkpoint.downloaded() == checkpoint)
    }

    @Test("It is compared as an address, and travels as one")
    func address() async throws {
        let checkpoint = try Checkpoint(dictionary: ["a": 1])
        let (first, second) = (try Self.memoryURI(), try Self.memoryURI())
        let remote = try await checkpoint.upload(to: first)
        let twin = try await checkpoint.upload(to: second.description)
        let same = try Checkpoint(uri: first.description)
        #expect(remote == same)
        #expect(remote != twin && remote != checkpoint && checkpoint != remote)
        let tree = StateEncoder().encode(remote)
        #expect(tree == ["uri": .string(first.description)])
        #expect(try StateDecoder().decode(Checkpoint.self, from: tree) == remote)
        for uri in ["memoryy://a/b", "/a/b", "memory"] {
            #expect(throws: (any Error).self) {
                try StateDecoder().decode(Checkpoint.self, from: ["uri": .string(uri)])
            }
        }
    }

    @Test("A scheme that nobody knows is refused when it is made, naming the nearest; so is a path without one")
    func refusals() async throws {
        var error = #expect(throws: StateError.self) { try Checkpoint(uri: "memry://a/b") }
        #expect(error?.code == .unsupportedFormat && error?.message.contains("\"memory\"") == true)
        error = #expect(throws: StateError.self) { try Checkpoint(uri: "/data/checkpoint") }
        #expect(error?.code == .malformed && error?.message.contains("file://") == true)
        let checkpoint = try Checkpoint(dictionary: ["a": 1])
        for uri in ["memry://a/b", "/data/checkpoint", "file://elsewhere/a", "file:///a/b?c=d"] {
            error = await #expect(throws: StateError.self) { try await checkpoint.upload(to: uri) }
            #expect([.unsupportedFormat, .malformed, .unknownKey].contains(error?.code), "\(uri)")
        }
        error = #expect(throws: StateError.self) { try Checkpoint(uri: "file:///nowhere/at/all") }
        #expect(error?.code == .notFound && error?.path == "/nowhere/at/all")
        error = #expect(throws: StateError.self) { try Checkpoint(uri: "file://elsewhere/tmp") }
        #expect(error?.code == .malformed)
        let nothing = try Checkpoint(uri: Self.memoryURI())
        error = await #expect(throws: StateError.self) { try await nothing.downloaded() }
        #expect(error?.code == .notFound && error?.path == nothing.uri?.place)
    }

    @Test("An address of this machine is the directory, with dictionary and path")
    func file() async throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Checkpoint(dictionary: ["a": 1])
        let uri = "file://\(scratch.path("runs/7"))"
        let written = try await checkpoint.upload(to: uri)
        #expect(written.representation == .directory && written.path == scratch.path("runs/7"))
        #expect(written.uri?.description == uri)
        #expect(try written.dictionary() == ["a": 1])
        #expect(try Checkpoint(uri: uri) == checkpoint)
        #expect(try LocalFile.names(in: scratch.path("runs/7")) == ["dictionary.safetensors"])
        try checkpoint.setMetadata(["b": 2])
        let error = await #expect(throws: StateError.self) { try await checkpoint.upload(to: uri) }
        #expect(error?.code == .alreadyExists)
        try await checkpoint.upload(to: uri, replacingExisting: true)
        #expect(try written.metadata() == ["b": 2])
    }

    @Test("Where a transfer has brought it on this machine, its index is no part of it")
    func transferred() async throws {
        let scratch = try TemporaryDirectory()
        let checkpoint = try Checkpoint(dictionary: ["a": 1])
        let uri = "file://\(scratch.path("bucket"))"
        let storage = try StorageSchemes.storage(at: uri)
        try await checkpoint.withDirectory { try CheckpointTransfer().upload($0, to: storage) }
        let remote = try Checkpoint(uri: uri)
        #expect(remote.representation == .uri)
        #expect(try await remote.downloaded().dictionary() == ["a": 1])
    }

    @Test("What takes a checkpoint on this machine says how to get one")
    func synchronous() async throws {
        let scratch = try TemporaryDirectory()
        var remote = try Checkpoint(uri: "memory://nobody/x")
        let members: [(inout Checkpoint) throws -> Void] = [
            { _ = try $0.dictionary() }, { _ = try $0.bytes() }, { try $0.write(to: scratch.path("x")) },
            { _ = try $0.metadata() }, { try $0.setMetadata(["a": 1]) }, { try $0.updateMetadata(["a": 1]) },
            { _ = try $0.preprocessor() }, { try $0.setPreprocessor(1) }, { _ = try $0.kind }, { _ = try $0.policyIDs },
            { _ = try $0.algorithmState() }, { _ = try $0.policyState("a") }, { _ = try $0.replayState("a") },
            { try $0.withDirectory { _ in } }, { _ = try $0.progress() }, { try $0.setProgress([:]) },
            { try $0.verify() },
        ]
        for (index, member) in members.enumerated() {
            let error = #expect(throws: StateError.self, "\(index)") { try member(&remote) }
            #expect(error?.message.contains("downloaded()") == true && error?.path == "memory://nobody/x", "\(index)")
        }
        #expect(try scratch.names == [] && remote == Checkpoint(uri: "memory://nobody/x"))
    }

    @Test("Those who need a directory at one time share a download, which is gone afterwards, also after an error")
    func shared() async throws {
        let (uri, gate) = try HeldStorage.new()
        let remote = try await Checkpoint(dictionary: ["a": .bytes([1])]).upload(to: uri)
        let before = gate.downloadCount
        let inside = Seen()
        await withTaskGroup { group in
            for index in 0..<20 {
                group.addTask {
                    await #expect(throws: Stop.self) {
                        try await remote.withDirectory { place in
                            inside.add(place)
                            // Nobody leaves before all are there.
                            while inside.count < 20 { await Task.yield() }
                            #expect(try LocalFile.names(in: place) == ["a"], "\(index)")
                            throw Stop()
                        }
                    }
                }
            }
        }
        let seen = inside.places
        #expect(seen.count == 1 && gate.downloadCount == before + 1)
        for place in seen { #expect(try !LocalFile.exists(place)) }
        try await remote.withDirectory { place in #expect(!seen.contains(place)) }
        #expect(gate.downloadCount == before + 2)
    }

    @Test("When the one who downloads is cancelled another one does it, and who waits can be cancelled")
    func cancellation() async throws {
        let (uri, gate) = try HeldStorage.new()
        let remote = try await Checkpoint(dictionary: ["a": .bytes([1])]).upload(to: uri)
        let before = gate.downloadCount
        gate.close()
        func use() -> Task<Bool, any Error> {
            Task { try await remote.withDirectory { try LocalFile.names(in: $0) == ["a"] } }
        }
        let first = use()
        while gate.downloadCount == before { await Task.yield() }
        let (second, third) = (use(), use())
        third.cancel()
        await #expect(throws: StateError.self) { try await third.value }
        first.cancel()
        var error = await #expect(throws: StateError.self) { try await first.value }
        #expect(error?.code == .cancelled)
        while gate.downloadCount == before + 1 { await Task.yield() }
        gate.open()
        #expect(try await second.value)
        #expect(gate.downloadCount == before + 2)
        // Cancelled before it began, and while it is used.
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await remote.withDirectory { _ in }
        }
        late.cancel()
        error = await #expect(throws: StateError.self) { try await late.value }
        #expect(error?.code == .cancelled)
        let used = Seen()
        let using = Task {
            try await remote.withDirectory { path in
                used.add(path)
                while !Task.isCancelled { await Task.yield() }
                try Task.checkCancellation()
            }
        }
        while used.count == 0 { await Task.yield() }
        using.cancel()
        await #expect(throws: CancellationError.self) { try await using.value }
        #expect(try !LocalFile.exists(used.places.first ?? "/"))
    }

    @Test("Any number of downloads that wait hold no thread of tasks", .timeLimit(.minutes(5)))
    func threads() async throws {
        let (uri, gate) = try HeldStorage.new()
        let checkpoint = try Checkpoint(dictionary: ["a": .bytes([1])])
        var remotes: [Checkpoint] = []
        for index in 0..<100 { remotes.append(try await checkpoint.upload(to: uri.appending("\(index)"))) }
        let before = gate.downloadCount
        gate.close()
        let same = Seen()
        try await withThrowingTaskGroup { group in
            for remote in remotes {
                group.addTask {
                    if try await remote.downloaded() == checkpoint { same.add("") }
                }
            }
            group.addTask {
                while gate.downloadCount < before + 100 { await Task.yield() }
                gate.open()
            }
            try await group.waitForAll()
        }
        #expect(same.count == 100)
    }

    @Test("An upload that is cancelled leaves nothing, and one over another checkpoint needs to be allowed")
    func uploads() async throws {
        let checkpoint = try Checkpoint(dictionary: ["a": 1])
        let uri = try Self.memoryURI()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await checkpoint.upload(to: uri)
        }
        task.cancel()
        var error = await #expect(throws: StateError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try StorageSchemes.storage(at: uri).list() == [])
        try await checkpoint.upload(to: uri)
        let other = try Checkpoint(dictionary: ["a": 2])
        error = await #expect(throws: StateError.self) { try await other.upload(to: uri) }
        #expect(error?.code == .alreadyExists)
        let replaced = try await other.upload(to: uri, replacingExisting: true)
        #expect(try await replaced.downloaded() == other)
        var limited = CheckpointTransfer()
        limited.maximumFiles = 0
        error = await #expect(throws: StateError.self) { try await other.upload(to: Self.memoryURI(), by: limited) }
        #expect(error?.code == .outOfRange)
    }
}
