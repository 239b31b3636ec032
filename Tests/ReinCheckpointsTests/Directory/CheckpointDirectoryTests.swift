import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An algorithm's checkpoint in a temporary directory.
struct SampleCheckpoint {
    let directory: TemporaryDirectory
    let path: String
    let format: CheckpointFormat
    let algorithm: StateTree = ["counters": ["steps": 10], "ids": ["pol1", "pol0"]]

    static func policy(_ index: Int) -> StateTree {
        [
            "index": .int(Int64(index)),
            "weight": .tensor(StateTensor([1, 2, 3, Float(index)], shape: [2, 2])),
            "bias": .tensor(StateTensor([Float(index)], shape: [1])),
        ]
    }

    let policies: [(PolicyID, StateTree)] = [("pol1", policy(1)), ("pol0", policy(0)), ("red team", policy(2))]

    init(_ format: CheckpointFormat, synchronizing: Bool = false) throws {
        directory = try TemporaryDirectory()
        path = directory.path("checkpoint")
        self.format = format
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: format, algorithm: algorithm, policies: policies, synchronizing: synchronizing)
    }

    func stateFile(_ id: String? = nil) -> String {
        id.map { "\(path)/policies/\($0)/policy_state.\(format.fileExtension)" }
            ?? "\(path)/algorithm_state.\(format.fileExtension)"
    }

    func manifest(_ id: String? = nil) -> String {
        id.map { "\(path)/policies/\($0)/rllib_checkpoint.json" } ?? "\(path)/rllib_checkpoint.json"
    }

    /// Changes the text of a manifest.
    func editManifest(_ id: String? = nil, _ edit: (inout StateMap) -> Void) throws {
        try ReinCheckpointsTests.editManifest(at: manifest(id), edit)
    }

    func open() throws(StateError) -> CheckpointDirectory { try CheckpointDirectory(opening: path) }
}

@Suite("Checkpoint directories")
struct CheckpointDirectoryTests {
    @Test("What is written is read, and it verifies", arguments: CheckpointFormat.allCases, [false, true])
    func roundTrip(format: CheckpointFormat, synchronizing: Bool) throws {
        let sample = try SampleCheckpoint(format, synchronizing: synchronizing)
        let checkpoint = try sample.open()
        #expect(checkpoint.kind == .algorithm && checkpoint.format == format)
        #expect(try checkpoint.policyIDs == ["pol1", "pol0", "red team"])
        #expect(try checkpoint.algorithmState() == sample.algorithm)
        for (id, state) in sample.policies { #expect(try checkpoint.policyState(id) == state) }
        try checkpoint.verify()
        #expect(sample.directory.names == ["checkpoint"])
        #expect(
            try CheckpointDirectory.exists(at: sample.path) && !CheckpointDirectory.exists(at: sample.directory.path))
    }

    @Test("The folder of a policy is a checkpoint by itself", arguments: CheckpointFormat.allCases)
    func policyFolder(format: CheckpointFormat) throws {
        let sample = try SampleCheckpoint(format)
        let alone = sample.directory.path("alone")
        try #require(rename("\(sample.path)/policies/pol1", alone) == 0)
        let checkpoint = try CheckpointDirectory(opening: alone)
        #expect(checkpoint.kind == .policy)
        #expect(try checkpoint.policyState() == SampleCheckpoint.policy(1))
        #expect(try checkpoint.policyIDs == [])
        try checkpoint.verify()
        #expect(throws: StateError.self) { try checkpoint.policyState("pol1") }
        #expect(throws: StateError.self) { try checkpoint.algorithmState() }
        let path = sample.directory.path("written")
        try CheckpointDirectory.writePolicy(to: path, format: format, policy: SampleCheckpoint.policy(1))
        #expect(try contents(path) == (try contents(alone)))
    }

    @Test("The manifest says what RLlib's says, and which files there are")
    func manifest() throws {
        let sample = try SampleCheckpoint(.native)
        let manifest = StateReader(try JSON.parse(try readFile(sample.manifest()).array))
        #expect(try manifest.string("type") == "Algorithm")
        #expect(try manifest.string("checkpoint_version") == "1.1")
        #expect(try manifest.string("format") == "native")
        #expect(try manifest.string("state_file") == "algorithm_state.safetensors")
        #expect(try manifest.string("rein_version") == ReinVersion.current)
        #expect(try manifest.list("policy_ids").map { try $0.string() } == ["pol1", "pol0", "red team"])
        let files = try contents(sample.path)
        let listed = try sample.open().manifest.files ?? []
        #expect(Set(listed.map(\.path)) == Set(files.keys).subtracting(["rllib_checkpoint.json"]))
        for record in listed { #expect(files[record.path].map { Checksum.hexadecimal($0) } == record.sha256) }
    }

    @Test("SHA-256 is SHA-256")
    func checksum() {
        #expect(
            Checksum.hexadecimal(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Checksum.hexadecimal([UInt8]()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("Reading one policy touches only its own files", arguments: CheckpointFormat.allCases)
    func onePolicy(format: CheckpointFormat) throws {
        let sample = try SampleCheckpoint(format)
        let checkpoint = try sample.open()
        try overwrite(sample.stateFile(), [])
        try overwrite(sample.stateFile("pol1"), [])
        try overwrite(sample.manifest("pol1"), [])
        unlink(sample.stateFile("red team"))
        #expect(try checkpoint.policyState("pol0") == SampleCheckpoint.policy(0))
        #expect(throws: StateError.self) { try checkpoint.verify() }
    }

    @Test("An unknown or missing id is answered with the ids there are")
    func unknownPolicies() throws {
        let checkpoint = try SampleCheckpoint(.native).open()
        _ = checkpoint
        let sample = try SampleCheckpoint(.native)
        let unknown = try #require(throws: StateError.self) { try sample.open().policyState("pol7") }
        #expect(unknown.code == .unknownPolicy && unknown.message.contains("pol1, pol0, red team"))
        let unsaid = try #require(throws: StateError.self) { try sample.open().policyState() }
        #expect(unsaid.code == .unknownPolicy && unsaid.message.contains("pol1, pol0, red team"))
        let single = sample.directory.path("single")
        try CheckpointDirectory.writeAlgorithm(to: single, format: .native, algorithm: [:], policies: [("only", 1)])
        #expect(try CheckpointDirectory(opening: single).policyState() == 1)
        let none = sample.directory.path("none")
        try CheckpointDirectory.writeAlgorithm(to: none, format: .msgpack, algorithm: [:], policies: [])
        #expect(try CheckpointDirectory(opening: none).policyIDs == [])
        try CheckpointDirectory(opening: none).verify()
        #expect(throws: StateError.self) { try CheckpointDirectory(opening: none).policyState() }
        #expect(throws: StateError.self) { try CheckpointDirectory(opening: none).policyState("only") }
    }

    @Test("Converting there and back gives the same files, manifests included", arguments: CheckpointFormat.allCases)
    func conversion(format: CheckpointFormat) throws {
        let sample = try SampleCheckpoint(format)
        let (between, back) = (sample.directory.path("between"), sample.directory.path("back"))
        try CheckpointDirectory.convert(from: sample.path, to: between, format: format.other, synchronizing: false)
        try CheckpointDirectory.convert(from: between, to: back, format: format, synchronizing: false)
        #expect(try contents(back) == (try contents(sample.path)))
        #expect(try contents(between) != (try contents(sample.path)))
        try CheckpointDirectory(opening: between).verify()
        let policy = sample.directory.path("policy")
        try CheckpointDirectory.convert(
            from: "\(sample.path)/policies/pol0", to: policy, format: format.other, synchronizing: false)
        #expect(
            try contents(policy)["rllib_checkpoint.json"]
                == (try contents(between)["policies/pol0/rllib_checkpoint.json"]))
    }

    @Test("A policy given twice is refused, and nothing is left")
    func duplicatePolicy() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(throws: StateError.self) {
            try CheckpointDirectory.writeAlgorithm(
                to: directory.path("c"), format: .native, algorithm: [:], policies: [("a", 1), ("a", 2)])
        }
        #expect(error.code == .alreadyExists)
        #expect(directory.names == [])
    }
}
