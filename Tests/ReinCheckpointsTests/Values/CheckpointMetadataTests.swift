import Synchronization
import Testing

@testable import ReinCheckpoints

@Suite("Metadata of checkpoints")
struct CheckpointMetadataTests {
    static let faces = ["dictionary", "directory", "bytes", "algorithm", "algorithm's directory", "algorithm's bytes"]

    /// A checkpoint with this face.
    static func checkpoint(_ face: String, in scratch: TemporaryDirectory) throws -> Checkpoint {
        let base =
            face.hasPrefix("algorithm")
            ? try Checkpoint(
                algorithm: ["steps": 1], policies: [("a", ["w": 1]), ("b", ["w": 2])],
                replays: ["a": .included(["r": 3]), "b": .omitted])
            : try Checkpoint(dictionary: ["a": 1, "b": .bytes([2])])
        if face.hasSuffix("bytes") { return try Checkpoint(bytes: base.bytes()) }
        guard face.hasSuffix("directory") else { return base }
        try base.write(to: scratch.path("checkpoint"))
        return try Checkpoint(directory: scratch.path("checkpoint"))
    }

    @Test("It is set, changed at the top, removed, and goes with the checkpoint", arguments: faces)
    func setting(face: String) throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Self.checkpoint(face, in: scratch)
        let dictionary = try checkpoint.dictionary()
        #expect(try checkpoint.metadata() == [:])
        try checkpoint.setMetadata(["score": 1.5, "tags": ["x": 1, "y": 2]])
        try checkpoint.updateMetadata(["tags": ["z": 3], "note": "best"])
        let expected: StateMap = ["score": 1.5, "tags": ["z": 3], "note": "best"]
        #expect(try checkpoint.metadata() == expected)
        try checkpoint.write(to: scratch.path("copy"))
        for other in [
            try Checkpoint(directory: scratch.path("copy")), try Checkpoint(bytes: checkpoint.bytes()),
            try StateDecoder().decode(Checkpoint.self, from: StateEncoder().encode(checkpoint)),
        ] {
            #expect(try other.metadata() == expected)
            #expect(try other.dictionary() == dictionary)
            #expect(other == checkpoint)
        }
        if face.hasPrefix("algorithm") {
            #expect(try CheckpointDirectory(opening: scratch.path("copy")).verify() == .complete)
        }
        try checkpoint.setMetadata([:])
        #expect(try checkpoint.metadata() == [:] && checkpoint.dictionary() == dictionary)
    }

    @Test("An algorithm's directory is verified with it, and an added file that was changed is found")
    func verified() throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Self.checkpoint("algorithm's directory", in: scratch)
        let path = try #require(checkpoint.path)
        try checkpoint.setMetadata(["a": 1])
        let directory = try CheckpointDirectory(opening: path)
        #expect(try directory.verify() == .complete)
        #expect(try directory.manifest.added.map(\.path) == [".metadata.json"])
        try checkpoint.updateMetadata(["a": 2])
        #expect(try directory.verify() == .complete)
        try LocalFile.replace("\(path)/.metadata.json", with: "{}")
        let error = #expect(throws: StateError.self) { try CheckpointDirectory(opening: path).verify() }
        #expect(error?.code == .checksumMismatch && error?.path.hasSuffix(".metadata.json") == true)
        #expect(try LocalFile.names(in: scratch.path("")).filter { $0.hasPrefix(".") } == [])
    }

    @Test("What JSON cannot hold is refused before anything is written", arguments: faces)
    func refused(face: String) throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Self.checkpoint(face, in: scratch)
        try checkpoint.setMetadata(["a": 1])
        let wrong: [StateTree] = [
            .double(.nan), .double(.infinity), .bytes([1]), .tensor(StateTensor([Float(1)], shape: [1])),
            [1, .bytes([])],
            ["b": .double(.nan)],
        ]
        for value in wrong {
            let error = #expect(throws: StateError.self) { try checkpoint.updateMetadata(["bad": value]) }
            #expect(error?.path.hasPrefix("metadata/bad") == true)
            #expect(try checkpoint.metadata() == ["a": 1])
        }
    }

    @Test("A file that is no JSON object is an error that names it", arguments: ["", "[1]", "{", "1", "{\"a\": NaN}"])
    func damaged(text: String) throws {
        let scratch = try TemporaryDirectory()
        let checkpoint = try Self.checkpoint("directory", in: scratch)
        try LocalFile.replace("\(try #require(checkpoint.path))/.metadata.json", with: text)
        let error = #expect(throws: StateError.self) { try checkpoint.metadata() }
        #expect(error?.path.contains(".metadata.json") == true)
    }

    @Test("A writer that is stopped anywhere leaves the old metadata or the new", arguments: [true, false])
    func interrupted(isKilled: Bool) throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Self.checkpoint("algorithm's directory", in: scratch)
        try checkpoint.setMetadata(["a": 1])
        let count = Atomic(0)
        for stage in 1...20 {
            count.store(0, ordering: .relaxed)
            let isOver = CheckpointWriter.$interruption.withValue({ reached in
                guard count.add(1, ordering: .relaxed).newValue == stage else { return nil }
                return isKilled ? .kill : .failure
            }) {
                do { try checkpoint.setMetadata(["a": 2]) } catch { return false }
                return true
            }
            let isRenamed = try checkpoint.metadata() == ["a": 2]
            if !isRenamed { #expect(try checkpoint.metadata() == ["a": 1]) }
            #expect(try CheckpointDirectory(opening: try #require(checkpoint.path)).verify() == .complete)
            if isOver {
                #expect(stage > 4 && isRenamed)
                break
            }
        }
        // The next writer removes what was left.
        try checkpoint.setMetadata(["a": 3])
        if !isKilled { #expect(try LocalFile.names(in: scratch.path("")).filter { $0.hasPrefix(".") } == []) }
    }

    @Test("What a killed writer was to replace the file with is no entry, is not copied, and goes with the next change")
    func unfinished() throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Self.checkpoint("directory", in: scratch)
        let path = try #require(checkpoint.path)
        let dictionary = try checkpoint.dictionary()
        try LocalFile.replace("\(path)/.metadata.json.partial-1", with: "{")
        #expect(try checkpoint.dictionary() == dictionary)
        try checkpoint.write(to: scratch.path("copy"))
        #expect(try !LocalFile.names(in: scratch.path("copy")).contains { $0.contains("partial") })
        try checkpoint.setMetadata(["a": 1])
        #expect(try !LocalFile.names(in: path).contains { $0.contains("partial") })
    }
}
