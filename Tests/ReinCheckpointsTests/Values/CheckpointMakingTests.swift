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

/// Makes a file this long, without bytes in it.
func truncateFile(_ path: String, to size: Int) -> Bool { truncate(path, off_t(size)) == 0 }

@Suite("Directories that somebody fills with files of his own")
struct CheckpointMakingTests {
    struct Stop: Error {}

    static func make(
        at path: String, replacingExisting: Bool = false, step: Int64 = 1, _ write: (String) async throws -> Void = fill
    ) async throws -> Checkpoint {
        try await Checkpoint.makeDirectory(
            at: path, replacingExisting: replacingExisting, synchronizing: true, progress: ["step": .int(step)],
            write: write)
    }

    static func fill(_ path: String) throws {
        try LocalFile.makeDirectories("\(path)/sub")
        try LocalFile.makeDirectories("\(path)/empty")
        try LocalFile.replace("\(path)/sub/weights", with: "w")
        try LocalFile.replace("\(path)/.metadata.json", with: #"{"a": 1}"#)
    }

    @Test("They are listed with what a driver keeps, get their name at the end, and can be replaced")
    func making() async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("made")
        var seen = ""
        var checkpoint = try await Self.make(at: path) { place in
            await Task.yield()
            #expect(scratch.names == [String(place.dropFirst(scratch.path.utf8.count + 1).prefix { $0 != "/" })])
            #expect(lastComponent(of: place) == "made")
            try Self.fill(place)
            seen = place
        }
        #expect(try !LocalFile.exists(seen) && scratch.names == ["made"])
        #expect(try checkpoint.progress() == ["step": 1] && checkpoint.metadata() == ["a": 1])
        #expect(try checkpoint.dictionary() == ["empty": [:], "sub": ["weights": .bytes([119])]])
        try checkpoint.verify()
        try checkpoint.updateMetadata(["b": 2])
        try checkpoint.verify()
        try overwrite("\(path)/sub/weights", [120])
        let error = #expect(throws: StateError.self) { try checkpoint.verify() }
        #expect(error?.code == .checksumMismatch && error?.path.hasSuffix("made/sub/weights") == true)
        await #expect(throws: StateError.self) { try await Self.make(at: path, step: 2) }
        #expect(try checkpoint.progress() == ["step": 1])
        checkpoint = try await Self.make(at: path, replacingExisting: true, step: 2)
        #expect(try checkpoint.progress() == ["step": 2])
        try checkpoint.verify()
        #expect(scratch.names == ["made"])
    }

    @Test(
        "After an error of whoever fills them nothing is left",
        arguments: ["error", "cancellation", "file", "link", "gone"])
    func failures(kind: String) async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("made")
        do {
            _ = try await Self.make(at: path) { place in
                try Self.fill(place)
                switch kind {
                case "error": throw Stop()
                case "cancellation": throw CancellationError()
                case "file": throw StateError(.notFound, "is not there", path: "\(place)/x")
                case "link": try #require(symlink("/etc", "\(place)/etc") == 0)
                default:
                    try Directory(opening: place).removeContents()
                    try #require(rmdir(place) == 0)
                }
            }
            Issue.record("no error")
        } catch let error as StateError {
            #expect(error.path.hasPrefix(path) && !error.description.contains("partial"), "\(error)")
            if kind == "file" { #expect(error.path == "\(path)/x") }
            if kind == "link" { #expect(error.path == "\(path)/etc") }
        } catch {
            #expect(error is Stop && kind == "error" || error is CancellationError && kind == "cancellation")
        }
        #expect(scratch.names == [])
    }

    @Test("A checkpoint of an algorithm that is written in their place has it in its manifest, with files beside it")
    func algorithm() async throws {
        let scratch = try TemporaryDirectory()
        let base = try Checkpoint(algorithm: ["steps": 1], policies: [("a", ["w": 1])])
        var made = try await Self.make(at: scratch.path("made")) { place in
            try base.write(to: place, replacingExisting: true)
            try LocalFile.makeDirectories("\(place)/own")
            try LocalFile.replace("\(place)/own/notes", with: "n")
        }
        #expect(scratch.names == ["made"])
        #expect(try made.kind == .algorithm && made.progress() == ["step": 1])
        #expect(try made.algorithmState() == ["steps": 1])
        #expect(try CheckpointDirectory(opening: scratch.path("made")).verify() == .complete)
        try made.verify()
        try made.setMetadata(["note": 1])
        #expect(try CheckpointDirectory(opening: scratch.path("made")).verify() == .complete)
        #expect(try made.progress() == ["step": 1])
        try overwrite(scratch.path("made") + "/.trainable.json", [1])
        #expect(throws: StateError.self) { try CheckpointDirectory(opening: scratch.path("made")).verify() }
        // A name that no manifest can hold.
        let error = await #expect(throws: StateError.self) {
            try await Self.make(at: scratch.path("other")) { place in
                try base.write(to: place, replacingExisting: true)
                try LocalFile.replace("\(place)/a\\b", with: "n")
            }
        }
        #expect(error?.path.hasSuffix("other/a\\b") == true)
        #expect(scratch.names == ["made"])
    }

    @Test("A manifest of somebody else is a file like others", arguments: ["{", "{}", #"{"type": "Thing"}"#])
    func strangeManifest(text: String) async throws {
        let scratch = try TemporaryDirectory()
        let made = try await Self.make(at: scratch.path("made")) { place in
            try LocalFile.replace("\(place)/rllib_checkpoint.json", with: text)
        }
        try made.verify()
        try LocalFile.replace(scratch.path("made") + "/rllib_checkpoint.json", with: "[]")
        #expect(throws: StateError.self) { try made.verify() }
    }

    @Test("A maker that is stopped anywhere leaves the old one or the new", arguments: [true, false], [true, false])
    func interrupted(isKilled: Bool, replaces: Bool) async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("made")
        var stage = 0
        while stage < 20 {
            stage += 1
            if replaces { _ = try await Self.make(at: path, replacingExisting: true, step: 1) }
            let reached = Atomic(0)
            let isOver = await CheckpointWriter.$interruption.withValue({ [stage] _ in
                guard reached.add(1, ordering: .relaxed).newValue == stage else { return nil }
                return isKilled ? .kill : .failure
            }) {
                do { _ = try await Self.make(at: path, replacingExisting: true, step: 2) } catch { return false }
                return true
            }
            var isNew = isOver
            if try LocalFile.exists(path) {
                let checkpoint = try Checkpoint(directory: path)
                try checkpoint.verify()
                isNew = try checkpoint.progress() == ["step": 2]
                if !isNew { #expect(try replaces && checkpoint.progress() == ["step": 1]) }
            } else {
                #expect(!replaces && !isOver)
            }
            CheckpointDirectory.removeRemains(in: scratch.path)
            #expect(scratch.names == (replaces || isNew ? ["made"] : []))
            if isOver { break }
            if !replaces, isNew { try CheckpointDirectoryRemoval.removeAll(path) }
        }
        #expect(stage == 5)
    }
}

/// Removes a directory with everything in it.
enum CheckpointDirectoryRemoval {
    static func removeAll(_ path: String) throws {
        try Directory(opening: path).removeContents()
        rmdir(path)
    }
}
