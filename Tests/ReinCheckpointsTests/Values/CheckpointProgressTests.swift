import Synchronization
import Testing

@testable import ReinCheckpoints

@Suite("What the driver of a trainable keeps in a checkpoint")
struct CheckpointProgressTests {
    private typealias Metadata = CheckpointMetadataTests

    static let progress: StateMap = [
        "training_iteration": 3, "last": ["loss": .double(.nan), "best": .double(-.infinity)], "$mark": "x",
        "raw": .bytes([0, 1]), "none": nil, "manifest_sha256": [1, "\"manifest_sha256\""],
    ]

    @Test("It goes with every face, and is no part of dictionary and metadata", arguments: Metadata.faces)
    func faces(face: String) throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Metadata.checkpoint(face, in: scratch)
        let plain = checkpoint
        let dictionary = try checkpoint.dictionary()
        #expect(try checkpoint.progress() == nil)
        try checkpoint.verify()
        try checkpoint.setProgress(Self.progress)
        try checkpoint.setMetadata(["note": 1])
        try checkpoint.setPreprocessor(["mean": 2])
        #expect(try checkpoint.progress() == Self.progress)
        try checkpoint.write(to: scratch.path("copy"))
        try checkpoint.verify()
        let onDisk = try Checkpoint(directory: scratch.path("copy"))
        for other in [
            onDisk, try Checkpoint(bytes: checkpoint.bytes()), Checkpoint(checkpoint),
            try Checkpoint(bytes: onDisk.bytes()),
            try StateDecoder().decode(Checkpoint.self, from: StateEncoder().encode(checkpoint)),
        ] {
            #expect(try other.progress() == Self.progress)
            #expect(try other.metadata() == ["note": 1])
            var expected = dictionary
            expected["preprocessor"] = ["mean": 2]
            #expect(try other.dictionary() == expected)
            #expect(try other.bytes() == checkpoint.bytes())
            #expect(other == checkpoint && other != plain)
            try other.verify()
        }
        #expect(try Directory(opening: scratch.path("copy")).contains(".trainable.json"))
        if face.hasPrefix("algorithm") {
            #expect(try CheckpointDirectory(opening: scratch.path("copy")).verify() == .complete)
        }
        var changed = onDisk
        try changed.setProgress(["training_iteration": 4])
        #expect(changed != onDisk && changed.representation == .bytes)
        try changed.setProgress(nil)
        #expect(try changed.progress() == nil && changed.dictionary() == onDisk.dictionary())
        #expect(try onDisk.progress() == Self.progress)
    }

    @Test("A tensor in it is an error with the place, and nothing has changed", arguments: Metadata.faces)
    func tensor(face: String) throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Metadata.checkpoint(face, in: scratch)
        try checkpoint.setProgress(["a": 1])
        let error = #expect(throws: StateError.self) {
            try checkpoint.setProgress(["a": [.tensor(StateTensor([Float(1)], shape: [1]))]])
        }
        #expect(error?.code == .wrongType && error?.path == "progress/a/0")
        #expect(try checkpoint.progress() == ["a": 1])
        #expect(throws: StateError.self) {
            try checkpoint.setProgress(["deep": SampleTrees.nested(StateTree.maximumDepth - 1)])
        }
        var deep: StateTree = .bytes([1])
        for _ in 0..<(StateTree.maximumDepth - 2) { deep = [deep] }
        try checkpoint.setProgress(["deep": deep])
        try checkpoint.write(to: scratch.path("deep"))
        #expect(try Checkpoint(directory: scratch.path("deep")).progress() == ["deep": deep])
    }

    @Test("A file that was changed, cut or removed is found and named; one that was added later is not")
    func damage() throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Checkpoint(dictionary: ["a": 1, "b": .bytes([1, 2]), "c": ["d": .bytes([3])], "e": [:]])
        try checkpoint.setProgress(["i": 1])
        for (name, bytes) in [
            ("b", [1, 3]), ("b", [1]), ("c/d", nil), ("e", nil), ("dictionary.safetensors", [0]),
            (".trainable.json", [0]),
        ] as [(String, [UInt8]?)] {
            let path = scratch.path("checkpoint")
            try checkpoint.write(to: path, replacingExisting: true)
            try LocalFile.replace("\(path)/later.txt", with: "later")
            try Checkpoint(directory: path).verify()
            if let bytes {
                try overwrite("\(path)/\(name)", bytes)
            } else if name == "e" {
                try Directory(opening: path).removeDirectory(name)
            } else {
                try Directory(opening: "\(path)/c").removeFile("d")
            }
            let damaged = try Checkpoint(directory: path)
            let error = #expect(throws: StateError.self) { try damaged.verify() }
            #expect(error?.path.hasSuffix("/" + name) == true, "\(name): \(String(describing: error))")
            // A copy keeps the list.
            guard name == "b" else { continue }
            let copy = try Checkpoint(bytes: damaged.bytes())
            let again = #expect(throws: StateError.self) { try copy.verify() }
            #expect(again?.path == "checkpoint/b" && again?.code == .checksumMismatch)
        }
        // Any byte of the file itself.
        let path = scratch.path("checkpoint")
        try checkpoint.write(to: path, replacingExisting: true)
        let bytes = try LocalFile.read("\(path)/.trainable.json", limit: .max)
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 4
            try overwrite("\(path)/.trainable.json", flipped)
            #expect(throws: StateError.self) { try Checkpoint(directory: path).progress() }
        }
    }

    @Test("A writer that is stopped anywhere leaves the old checkpoint or the new", arguments: [true, false])
    func interrupted(isKilled: Bool) throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("checkpoint")
        func checkpoint(_ step: Int64) throws -> Checkpoint {
            var checkpoint = try Checkpoint(dictionary: ["step": .int(step), "b": .bytes([1]), "c": [:]])
            try checkpoint.setProgress(["step": .int(step)])
            return checkpoint
        }
        try checkpoint(1).write(to: path)
        let next = try checkpoint(2)
        let reached = Atomic(0)
        for stage in 1...20 {
            reached.store(0, ordering: .relaxed)
            let isOver = CheckpointWriter.$interruption.withValue({ _ in
                guard reached.add(1, ordering: .relaxed).newValue == stage else { return nil }
                return isKilled ? .kill : .failure
            }) {
                do { try next.write(to: path, replacingExisting: true) } catch { return false }
                return true
            }
            let found = try Checkpoint(directory: path)
            try found.verify()
            let same = try found.dictionary()["step"] == found.progress()?["step"]
            #expect(same)
            CheckpointDirectory.removeRemains(in: scratch.path)
            #expect(scratch.names == ["checkpoint"])
            if isOver {
                // Begun, three files and a folder, complete, renamed.
                #expect(try stage == 8 && found.progress() == ["step": 2])
                return
            }
            if stage < 7 { #expect(try found.progress() == ["step": 1]) }
        }
        Issue.record("never over")
    }

    @Test("When the dictionary changes, the list is made anew")
    func changedDictionary() throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Checkpoint(dictionary: ["b": .bytes([1, 2])])
        try checkpoint.setProgress(["i": 1])
        var other = try Checkpoint(bytes: checkpoint.bytes())
        try other.setPreprocessor(1)
        try other.write(to: scratch.path("other"))
        try Checkpoint(directory: scratch.path("other")).verify()
        try overwrite(scratch.path("other") + "/preprocessor.safetensors", [1])
        #expect(throws: StateError.self) { try Checkpoint(directory: scratch.path("other")).verify() }
    }

    @Test(
        "A file that is nothing of the kind is an error that names it",
        arguments: [
            "", "[1]", "{", "{}", #"{"version":2,"progress":{}}"#, #"{"version":1,"progress":{}}"#,
            #"{"version":1,"progress":[]}"#, #"{"version":1,"progress":{"$double":"nan"}}"#,
            #"{"version":1,"progress":{"a":{"$tensor":true}}}"#, #"{"version":1,"progress":{"$a":1}}"#,
            #"{"version":1,"progress":{},"more":1}"#, #"{"version":1,"progress":{},"files":{}}"#,
            #"{"version":1,"progress":{},"files":[["a",1]]}"#, #"{"version":1,"progress":{},"files":[["a","1","x"]]}"#,
            #"{"version":1,"progress":{},"files":[["a",1,"x"]]}"#,
            #"{"version":1,"progress":{},"files":[["../a",1,"*"]]}"#,
            #"{"version":1,"progress":{},"files":[["/etc/passwd",1,"*"]]}"#,
            #"{"version":1,"progress":{},"files":[["a/../../b",1,"*"]]}"#,
            #"{"version":1,"progress":{},"files":[["a\u0000b",1,"*"]]}"#,
            #"{"version":1,"progress":{},"files":[["",1,"*"]]}"#,
            #"{"version":1,"progress":{},"files":[["a",-1,"*"]]}"#,
            #"{"version":1,"progress":{},"files":[["a",1e3,"*"]]}"#,
        ])
    func hostile(text: String) throws {
        let scratch = try TemporaryDirectory()
        let path = try #require(try CheckpointMetadataTests.checkpoint("directory", in: scratch).path)
        let whole = text.replacing("*", with: Checksum.hexadecimal([])) + "\n"
        // As it is, and with a checksum of its own as if we had written it.
        for text in [whole, ManifestSeal.sealed(whole.dropLast(2) + "\n}\n")] {
            try overwrite("\(path)/.trainable.json", Array(text.utf8))
            let checkpoint = try Checkpoint(directory: path)
            if text.contains(ManifestSeal.key), whole.hasPrefix(#"{"version":1,"progress":{}}"#) {
                #expect(try checkpoint.progress() == [:])
                continue
            }
            var error = #expect(throws: StateError.self) { try checkpoint.verify() }
            #expect(error?.path.contains(".trainable.json") == true)
            error = #expect(throws: StateError.self) { try checkpoint.progress() }
            #expect(error?.path.contains(".trainable.json") == true)
            let inMemory = try Checkpoint(bytes: checkpoint.bytes())
            #expect(throws: StateError.self) { try inMemory.progress() }
        }
    }

    @Test("A file of more than 64 MB, a link and a folder in its place are refused, unread")
    func large() throws {
        let scratch = try TemporaryDirectory()
        let path = try #require(try CheckpointMetadataTests.checkpoint("directory", in: scratch).path)
        let name = "\(path)/.trainable.json"
        try LocalFile.replace(name, with: "")
        #expect(truncateFile(name, to: ProgressFile.sizeLimit + 1))
        var error = #expect(throws: StateError.self) { try Checkpoint(directory: path).progress() }
        #expect(error?.code == .outOfRange && error?.path.hasSuffix(".trainable.json") == true)
        try Directory(opening: path).removeFile(".trainable.json")
        try LocalFile.makeDirectories(name)
        error = #expect(throws: StateError.self) { try Checkpoint(directory: path).progress() }
        #expect(error?.path.hasSuffix(".trainable.json") == true)
        var large = try Checkpoint(dictionary: ["a": 1])
        error = #expect(throws: StateError.self) {
            try large.setProgress(["text": .string(String(repeating: "x", count: ProgressFile.sizeLimit))])
        }
        #expect(error?.code == .outOfRange)
    }

    @Test("What a killed writer was to replace the file with is no entry and is not copied")
    func unfinished() throws {
        let scratch = try TemporaryDirectory()
        let checkpoint = try CheckpointMetadataTests.checkpoint("directory", in: scratch)
        let dictionary = try checkpoint.dictionary()
        try LocalFile.replace("\(try #require(checkpoint.path))/.trainable.json.partial-1", with: "{")
        #expect(try checkpoint.dictionary() == dictionary)
        try checkpoint.write(to: scratch.path("copy"))
        #expect(try !LocalFile.names(in: scratch.path("copy")).contains { $0.contains("partial") })
    }
}
