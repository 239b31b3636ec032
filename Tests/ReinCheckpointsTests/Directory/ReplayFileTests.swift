import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("The replay of policies in a checkpoint")
struct ReplayFileTests {
    /// A checkpoint of three policies: with a replay, with one that is left out, and without any.
    struct Sample {
        let directory: TemporaryDirectory
        let path: String
        let format: CheckpointFormat

        static let replay: StateTree = [
            "count": 3,
            "observations": .tensor(StateTensor([1, 2, 3] as [Float], shape: [3, 1])),
            "rewards": .tensor(StateTensor([4, 5, 6] as [Float], shape: [3, 1])),
        ]

        static let policies: [(PolicyID, StateTree)] = [
            ("with", SampleCheckpoint.policy(1)), ("left out", SampleCheckpoint.policy(0)),
            ("without", SampleCheckpoint.policy(2)),
        ]

        init(_ format: CheckpointFormat, synchronizing: Bool = false) throws {
            directory = try TemporaryDirectory()
            path = directory.path("checkpoint")
            self.format = format
            try CheckpointDirectory.writeAlgorithm(
                to: path, format: format, algorithm: ["step": 1], policies: Self.policies,
                replays: ["left out": .omitted, "with": .included(Self.replay)], synchronizing: synchronizing)
        }

        var file: String { "\(path)/replay/with.\(format.fileExtension)" }
        var manifest: String { "\(path)/rllib_checkpoint.json" }

        func open() throws(StateError) -> CheckpointDirectory { try CheckpointDirectory(opening: path) }

        func editManifest(_ edit: (inout StateMap) -> Void) throws {
            try ReinCheckpointsTests.editManifest(at: manifest, edit)
        }
    }

    @Test(
        "It lies beside the policies, and the manifest says whether", arguments: CheckpointFormat.allCases,
        [false, true])
    func layout(format: CheckpointFormat, synchronizing: Bool) throws {
        let sample = try Sample(format, synchronizing: synchronizing)
        let checkpoint = try sample.open()
        #expect(try checkpoint.replayState("with") == .included(Sample.replay))
        #expect(try checkpoint.replayState("left out") == .omitted)
        #expect(try checkpoint.replayState("without") == .none)
        try checkpoint.verify()
        let manifest = try checkpoint.manifest
        #expect(manifest.replays == ["with": .included, "left out": .omitted])
        #expect(manifest.replayRecord(of: "with")?.tensors.map(\.name) == ["observations", "rewards"])
        #expect(manifest.replayRecord(of: "left out") == nil)
        let text = StateReader(try JSON.parse(try readFile(sample.manifest).array))
        #expect(try text.child("replay").tree == ["with": "included", "left out": "omitted"])
        let files = try contents(sample.path)
        #expect(files.keys.filter { $0.hasPrefix("replay") } == ["replay/with.\(format.fileExtension)"])

        // Nothing of it is in the folders of policies.
        let plain = sample.directory.path("plain")
        try CheckpointDirectory.writeAlgorithm(
            to: plain, format: format, algorithm: ["step": 1], policies: Sample.policies, synchronizing: false)
        #expect(try contents(plain + "/policies") == (try contents(sample.path + "/policies")))
        #expect(try CheckpointDirectory(opening: plain).manifest.replays == [:])
        let other = try JSON.parse(try readFile(plain + "/rllib_checkpoint.json").array)
        #expect(StateReader(other).optionalChild("replay") == nil)
        let alone = try CheckpointDirectory(opening: sample.path + "/policies/with")
        #expect(throws: StateError.self) { try alone.replayState("with") }
    }

    @Test("Converting there and back gives the same files", arguments: CheckpointFormat.allCases)
    func conversion(format: CheckpointFormat) throws {
        let sample = try Sample(format)
        let (between, back) = (sample.directory.path("between"), sample.directory.path("back"))
        try CheckpointDirectory.convert(from: sample.path, to: between, format: format.other, synchronizing: false)
        try CheckpointDirectory.convert(from: between, to: back, format: format, synchronizing: false)
        #expect(try contents(back) == (try contents(sample.path)))
        #expect(try CheckpointDirectory(opening: between).replayState("with") == .included(Sample.replay))
        #expect(try CheckpointDirectory(opening: between).replayState("left out") == .omitted)
        try CheckpointDirectory(opening: between).verify()
    }

    @Test("Reading policies never opens it, whatever has become of it", arguments: CheckpointFormat.allCases)
    func policies(format: CheckpointFormat) throws {
        for damage in 0..<3 {
            let sample = try Sample(format)
            switch damage {
            case 0: unlink(sample.file)
            case 1: try overwrite(sample.file, [1, 2, 3])
            default:
                unlink(sample.file)
                rmdir(sample.path + "/replay")
            }
            let checkpoint = try sample.open()
            for (id, state) in Sample.policies { #expect(try checkpoint.policyState(id) == state) }
            #expect(try checkpoint.algorithmState() == ["step": 1])
            let error = try #require(throws: StateError.self) { try checkpoint.replayState("with") }
            #expect(error.path == sample.file, "\(error)")
            #expect(error.code == (damage == 1 ? .checksumMismatch : .notFound))
            let verified = try #require(throws: StateError.self) { try checkpoint.verify() }
            #expect(verified.path == sample.file)
        }
    }

    @Test("A replay that was read does not change with its file", arguments: CheckpointFormat.allCases)
    func shortened(format: CheckpointFormat) throws {
        let directory = try TemporaryDirectory()
        let rewards = [Float](repeating: 5, count: 1 << 20)
        let replay: StateTree = ["rewards": .tensor(StateTensor(rewards, shape: [1 << 20]))]
        let path = directory.path("checkpoint")
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: format, algorithm: [:], policies: [("a", [:])], replays: ["a": .included(replay)])
        let read = try CheckpointDirectory(opening: path).replayState("a")
        // Where the file is mapped, touching what was cut off ends the process.
        try #require(truncate("\(path)/replay/a.\(format.fileExtension)", 0) == 0)
        #expect(read == .included(replay))
    }

    @Test("A changed byte is found, and file and tensor are named", arguments: CheckpointFormat.allCases)
    func checksum(format: CheckpointFormat) throws {
        let sample = try Sample(format)
        var bytes = try readFile(sample.file).array
        let place = try #require(CheckpointRefusalTests.position(of: [0, 0, 0xa0, 0x40], in: bytes))  // the reward 5
        bytes[place] ^= 1
        try overwrite(sample.file, bytes)
        let error = try #require(throws: StateError.self) { try sample.open().replayState("with") }
        #expect(error.code == .checksumMismatch && error.path == sample.file)
        #expect(error.message.contains("tensor rewards") && !error.message.contains("observations"))
        #expect(throws: StateError.self) { try sample.open().verify() }
        #expect(throws: Never.self) { try sample.open().replayState("with", verifyingChecksum: false) }
    }

    @Test(
        "A manifest that names a file elsewhere, or says something else of the replay, is refused",
        arguments: [
            "replay/../secret.safetensors", "replay/a/with.safetensors", "replay/with.pkl", "replay/.safetensors",
            "replay/", "replays/with.safetensors", "replay//with.safetensors", "/replay/with.safetensors",
        ])
    func hostilePaths(path: String) throws {
        let sample = try Sample(.native)
        try sample.editManifest { $0["files"] = [path: ["size": 1, "sha256": "0"]] }
        #expect(throws: StateError.self) { try sample.open().manifest }
        #expect(throws: StateError.self) { try sample.open().replayState("with") }
        #expect(throws: StateError.self) { try sample.open().verify() }
    }

    @Test(
        "A manifest that says something else of the replay is refused",
        arguments: [
            ["with": "maybe"], ["with": true], ["with": nil], ["../with": "included"], ["": "omitted"], "included",
            ["included"],
        ] as [StateTree])
    func hostileReplays(replay: StateTree) throws {
        let sample = try Sample(.native)
        try sample.editManifest { $0["replay"] = replay }
        let error = try #require(throws: StateError.self) { try sample.open().manifest }
        #expect(error.path.hasPrefix(sample.manifest + "/replay"), "\(error)")
        #expect(throws: StateError.self) { try sample.open().replayState("with") }
        #expect(throws: StateError.self) { try sample.open().verify() }
    }

    @Test("Verifying finds a replay that is not listed, one of no policy, and one without a checksum")
    func listing() throws {
        let sample = try Sample(.native)
        try sample.editManifest { $0["replay"] = ["with": "included", "stranger": "omitted"] }
        #expect(try #require(throws: StateError.self) { try sample.open().verify() }.message.contains("\"stranger\""))
        for replay in [["with": "omitted"], [:]] as [StateTree] {
            try sample.editManifest { $0["replay"] = replay }
            #expect(try #require(throws: StateError.self) { try sample.open().verify() }.path == sample.file)
        }
        try sample.editManifest { $0["replay"] = ["with": "included", "without": "included"] }
        let missing = try #require(throws: StateError.self) { try sample.open().replayState("without") }
        #expect(missing.path.hasSuffix("replay/without.safetensors"))
        try sample.editManifest { map in
            map["replay"] = ["with": "included"]
            guard case .map(var files)? = map["files"] else { return }
            files["replay/with.safetensors"] = nil
            map["files"] = .map(files)
        }
        let unlisted = try #require(throws: StateError.self) { try sample.open().replayState("with") }
        #expect(unlisted.code == .malformed && unlisted.path == sample.file)
        #expect(throws: StateError.self) { try sample.open().verify() }
    }

    @Test("A replay of a policy that is not written is refused, and nothing is left")
    func stranger() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(throws: StateError.self) {
            try CheckpointDirectory.writeAlgorithm(
                to: directory.path("c"), format: .native, algorithm: [:], policies: [("a", 1)],
                replays: ["b": .omitted])
        }
        #expect(error.code == .unknownPolicy && error.message.contains("\"b\""))
        #expect(directory.names == [])
    }

    @Test("Symbolic links in its place are refused")
    func links() throws {
        let sample = try Sample(.native)
        let elsewhere = sample.directory.path("elsewhere")
        for place in [sample.file, sample.path + "/replay"] {
            try #require(rename(place, elsewhere) == 0)
            try #require(symlink(elsewhere, place) == 0)
            let error = try #require(throws: StateError.self) { try sample.open().replayState("with") }
            #expect(error.path == place && error.code == .malformed, "\(error)")
            unlink(place)
            try #require(rename(elsewhere, place) == 0)
        }
    }

    @Test("Without a manifest it is found by its file")
    func withoutManifest() throws {
        let sample = try Sample(.msgpack)
        unlink(sample.manifest)
        #expect(try sample.open().replayState("with") == .included(Sample.replay))
        #expect(try sample.open().replayState("left out") == .none)
        try sample.open().verify()
    }
}
