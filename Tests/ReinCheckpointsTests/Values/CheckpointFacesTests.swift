import Testing

@testable import ReinCheckpoints

/// The conversions that are recorded of the original in `old_checkpoint.json`, with our names of files.
@Suite("A checkpoint's faces")
struct CheckpointFacesTests {
    /// A directory of any files: `weights.bin`, `sub/deep/x.txt`, and `empty/`.
    static func plainDirectory(in scratch: TemporaryDirectory) throws -> String {
        let path = scratch.path("plain")
        try LocalFile.makeDirectories("\(path)/sub/deep")
        try LocalFile.makeDirectories("\(path)/empty")
        try LocalFile.replace("\(path)/weights.bin", with: "w\u{0}")
        try LocalFile.replace("\(path)/sub/deep/x.txt", with: "x")
        return path
    }

    static let plainContent = ["empty/", "sub/deep/x.txt", "weights.bin"]

    /// Everything in a directory, as paths.
    static func content(_ path: String) throws -> [String] {
        try FileTree(reading: path).entries().map(\.name)
    }

    static let dictionary: StateMap = [
        "data": 123, "name": "α", "none": nil, "nested": ["b": [1, 2.5, true], "a": .bytes([1, 2])],
        "weight": .tensor(StateTensor([1, 2, .nan, -0.0], shape: [2, 2])), "raw": .bytes([0, 255]), "nothing": [:],
        "policies": "no policies",
    ]

    @Test("A dictionary becomes a directory, bytes and text, and is the same again")
    func dictionaryRoundTrip() throws {
        let scratch = try TemporaryDirectory()
        let checkpoint = try Checkpoint(dictionary: Self.dictionary)
        #expect(checkpoint.representation == .dictionary && checkpoint.path == nil)
        try checkpoint.write(to: scratch.path("first"))
        let onDisk = try Checkpoint(directory: scratch.path("first"))
        #expect(onDisk.representation == .directory)
        #expect(try onDisk.dictionary() == Self.dictionary)
        #expect(try Self.content(scratch.path("first")) == ["dictionary.safetensors", "nothing/", "raw"])
        for other in [
            try Checkpoint(bytes: checkpoint.bytes()), try Checkpoint(bytes: onDisk.bytes()),
            try StateDecoder().decode(Checkpoint.self, from: StateEncoder().encode(onDisk)), Checkpoint(onDisk),
        ] {
            #expect(try other.dictionary() == Self.dictionary)
            #expect(other == checkpoint && other == onDisk)
        }
        #expect(try checkpoint.bytes() == onDisk.bytes())
        #expect(try checkpoint.dictionary() == Self.dictionary)
        #expect(try checkpoint != Checkpoint(dictionary: ["data": 124]))
    }

    @Test("A directory of any files becomes a dictionary and a directory again, with empty folders")
    func plainDirectory() throws {
        let scratch = try TemporaryDirectory()
        let path = try Self.plainDirectory(in: scratch)
        let dictionary = try Checkpoint(directory: path).dictionary()
        #expect(
            dictionary == [
                "empty": [:], "sub": ["deep": ["x.txt": .bytes([120])]], "weights.bin": .bytes([119, 0]),
            ])
        try Checkpoint(dictionary: dictionary).write(to: scratch.path("second"))
        #expect(try Self.content(scratch.path("second")) == Self.plainContent)
        let third = scratch.path("third")
        try Checkpoint(bytes: Checkpoint(directory: path).bytes()).write(to: third)
        #expect(try Self.content(third) == Self.plainContent)
        #expect(try LocalFile.read("\(third)/weights.bin", limit: 9) == [119, 0])
    }

    @Test("A key that was added to the dictionary of a directory is kept through directories and dictionaries")
    func addedKey() throws {
        let scratch = try TemporaryDirectory()
        let path = try Self.plainDirectory(in: scratch)
        var dictionary = try Checkpoint(directory: path).dictionary()
        dictionary["foo"] = "bar"
        try Checkpoint(dictionary: dictionary).write(to: scratch.path("second"))
        #expect(try Self.content(scratch.path("second")) == ["dictionary.safetensors"] + Self.plainContent)
        let again = try Checkpoint(directory: scratch.path("second")).dictionary()
        #expect(again == dictionary)
        try Checkpoint(dictionary: again).write(to: scratch.path("third"))
        #expect(try Checkpoint(directory: scratch.path("third")).dictionary() == dictionary)
        #expect(try Self.content(path) == Self.plainContent)
    }

    @Test(
        "Files and folders that were added to the directory of a dictionary are kept through dictionaries and directories"
    )
    func addedFiles() throws {
        let scratch = try TemporaryDirectory()
        let first = scratch.path("first")
        try Checkpoint(dictionary: ["a": 1]).write(to: first)
        try LocalFile.replace("\(first)/foo.txt", with: "f")
        try LocalFile.makeDirectories("\(first)/folder/in")
        try LocalFile.replace("\(first)/folder/in/y", with: "y")
        try LocalFile.makeDirectories("\(first)/none")
        let dictionary = try Checkpoint(directory: first).dictionary()
        #expect(
            dictionary == [
                "a": 1, "folder": ["in": ["y": .bytes([121])]], "foo.txt": .bytes([102]), "none": [:],
            ])
        try Checkpoint(dictionary: dictionary).write(to: scratch.path("second"))
        #expect(try Self.content(scratch.path("second")) == Self.content(first))
    }

    @Test("A second checkpoint replaces the first only when asked to, and nothing that is none")
    func replacing() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("checkpoint")
        try Checkpoint(dictionary: ["a": 1]).write(to: path)
        let second = try Checkpoint(dictionary: ["a": 2])
        #expect(throws: StateError.self) { try second.write(to: path) }
        #expect(try Checkpoint(directory: path).dictionary() == ["a": 1])
        try second.write(to: path, replacingExisting: true)
        #expect(try Checkpoint(directory: path).dictionary() == ["a": 2])
        let plain = try Self.plainDirectory(in: scratch)
        #expect(throws: StateError.self) { try second.write(to: plain, replacingExisting: true) }
        #expect(try Self.content(plain) == Self.plainContent)
    }

    @Test("A preprocessor is kept by every conversion, can be replaced, and is nil when there is none")
    func preprocessor() throws {
        let scratch = try TemporaryDirectory()
        var checkpoint = try Checkpoint(dictionary: ["a": 1])
        #expect(try checkpoint.preprocessor() == nil)
        let state: StateTree = ["mean": .tensor(StateTensor([0.5], shape: [1]))]
        try checkpoint.setPreprocessor(state)
        try checkpoint.write(to: scratch.path("first"))
        #expect(try Self.content(scratch.path("first")) == ["dictionary.safetensors", "preprocessor.safetensors"])
        var onDisk = try Checkpoint(directory: scratch.path("first"))
        for other in [checkpoint, onDisk, try Checkpoint(bytes: onDisk.bytes())] {
            #expect(try other.preprocessor() == state)
            #expect(try other.dictionary() == ["a": 1, "preprocessor": state])
        }
        try onDisk.setPreprocessor(2)
        #expect(try onDisk.preprocessor() == 2)
        #expect(try Checkpoint(directory: scratch.path("first")).preprocessor() == state)
        try onDisk.setPreprocessor(nil)
        #expect(try onDisk.dictionary() == ["a": 1])
    }

    @Test(
        "A directory of its own is used as it is; any other is shared while it is used, and gone afterwards, also after an error"
    )
    func scopes() throws {
        struct Stop: Error {}
        let scratch = try TemporaryDirectory()
        let path = try Self.plainDirectory(in: scratch)
        let local = try Checkpoint(directory: path)
        #expect(throws: Stop.self) {
            try local.withDirectory { place in
                #expect(place == local.path)
                throw Stop()
            }
        }
        #expect(try Self.content(path) == Self.plainContent)
        let memory = try Checkpoint(dictionary: ["a": .bytes([1])])
        var place = ""
        #expect(throws: Stop.self) {
            try memory.withDirectory { first in
                try memory.withDirectory { second in #expect(second == first) }
                #expect(try Self.content(first) == ["a"])
                place = first
                throw Stop()
            }
        }
        #expect(try !place.isEmpty && !LocalFile.exists(place))
    }

    @Test("What is no checkpoint is refused, saying why")
    func refusals() throws {
        let scratch = try TemporaryDirectory()
        func code(_ body: () throws(StateError) -> Void) -> StateError.Code? {
            do { try body() } catch { return error.code }
            return nil
        }
        #expect(code { () throws(StateError) in _ = try Checkpoint(dictionary: [:]) } == .missingKey)
        #expect(code { () throws(StateError) in _ = try Checkpoint(directory: scratch.path("nowhere")) } == .notFound)
        #expect(code { () throws(StateError) in _ = try Checkpoint(bytes: [0, 1, 2]) } == .malformed)
        #expect(code { () throws(StateError) in _ = try Checkpoint(bytes: []) } != nil)
        #expect(
            code { () throws(StateError) in
                _ = try Checkpoint(dictionary: ["algorithm_state": 1, "policies": ["a/b": 2]])
            } == .invalidPolicyID)
        #expect(
            code { () throws(StateError) in
                _ = try Checkpoint(dictionary: ["algorithm_state": 1, "policy_state": 2])
            } == .malformed)
        #expect(
            code { () throws(StateError) in _ = try Checkpoint(dictionary: ["a": 1]).algorithmState() } == .notFound)
    }

    @Test("A file that was written and is gone, or has the name of another entry, is an error that names it")
    func editedByHand() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("checkpoint")
        try Checkpoint(dictionary: ["a": 1, "raw": .bytes([1])]).write(to: path)
        let directory = try Directory(opening: path)
        try directory.removeFile("raw")
        var error = #expect(throws: StateError.self) { try Checkpoint(directory: path).dictionary() }
        #expect(error?.path == "raw" && error?.code == .missingKey)
        try LocalFile.replace("\(path)/a", with: "twice")
        error = #expect(throws: StateError.self) { try Checkpoint(directory: path).dictionary() }
        #expect(error?.path == "a" && error?.code == .malformed)
    }

    @Test("Two names of files that differ only in how their characters are composed are an error, and none is lost")
    func composedNames() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("names")
        try LocalFile.makeDirectories(path)
        try LocalFile.replace("\(path)/\u{e9}", with: "one")
        let one = try Checkpoint(directory: path)
        #expect(try one.dictionary() == ["\u{e9}": .bytes(Array("one".utf8))])
        try LocalFile.replace("\(path)/e\u{301}", with: "two")
        let error = #expect(throws: StateError.self) { try one.dictionary() }
        #expect(error?.code == .malformed && error?.path.hasPrefix(one.path ?? "") == true)
        #expect(throws: StateError.self) { try one.bytes() }
        try one.write(to: scratch.path("copy"))
        #expect(try LocalFile.names(in: scratch.path("copy")).count == 2)
    }

    @Test("Paths longer than a name may be come back from an archive")
    func longPaths() throws {
        var tree: StateTree = ["file": .bytes([1])]
        for index in 0..<40 { tree = ["folder of a certain length \(index)": tree] }
        guard case .map(let dictionary) = tree else { return }
        let checkpoint = try Checkpoint(dictionary: dictionary)
        #expect(try Checkpoint(bytes: checkpoint.bytes()).dictionary() == dictionary)
    }
}
