import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Manifests that are damaged, or of another checkpoint")
struct ManifestTests {
    @Test("Every flipped bit of a manifest is found, and it is the manifest that is blamed", arguments: [nil, "pol0"])
    func flips(id: String?) throws {
        let sample = try SampleCheckpoint(.native)
        let path = sample.manifest(id)
        let bytes = try readFile(path).array
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            try overwrite(path, damaged)
            let error = try #require(stateError { try sample.open().verify() }, "byte \(index)")
            #expect(error.path.hasPrefix(path), "byte \(index): \(error)")
            // And nothing is read by it.
            let policy = stateError { _ = try sample.open().policyState("pol0") }
            #expect(policy?.path.hasPrefix(path) == true, "byte \(index)")
            if id == nil { #expect(throws: StateError.self) { try sample.open().algorithmState() } }
        }
    }

    @Test("So is every manifest that is cut short or has something behind it", arguments: [nil, "pol0"])
    func lengths(id: String?) throws {
        let sample = try SampleCheckpoint(.native)
        let path = sample.manifest(id)
        let bytes = try readFile(path).array
        for damaged in bytes.indices.map({ Array(bytes[..<$0]) }) + [bytes + [0x20], bytes + [0]] {
            try overwrite(path, damaged)
            let error = try #require(stateError { try sample.open().verify() })
            #expect(error.path.hasPrefix(path), "\(damaged.count) bytes: \(error)")
        }
    }

    @Test("The checksum is that of the text without its entry")
    func definition() throws {
        let sample = try SampleCheckpoint(.native)
        let text = String(decoding: try readFile(sample.manifest()).array, as: UTF8.self)
        let mark = try #require(text.firstRange(of: ",\n  \"manifest_sha256\": \""))
        let rest = text[..<mark.lowerBound] + "\n}\n"
        #expect(text.hasSuffix("\"manifest_sha256\": \"\(Checksum.hexadecimal(Array(rest.utf8)))\"\n}\n"))
        #expect(try sample.open().manifest.hasChecksum)
        #expect(try sample.open().verify() == .complete)
        try removeManifestChecksum(at: sample.manifest())
        #expect(try readFile(sample.manifest()).array == Array(rest.utf8))
    }

    @Test("A manifest of an earlier version has no checksum: it is read, and verifying says so")
    func withoutChecksum() throws {
        let sample = try SampleCheckpoint(.native)
        try removeManifestChecksum(at: sample.manifest())
        let checkpoint = try sample.open()
        #expect(try !checkpoint.manifest.hasChecksum)
        #expect(try checkpoint.algorithmState() == sample.algorithm)
        #expect(try checkpoint.policyState("pol0") == SampleCheckpoint.policy(0))
        #expect(try checkpoint.verify() == .allButManifest)
    }

    @Test("A key of ours that is missing or has another name is an error that names the nearest key")
    func keys() throws {
        for (key, name) in [
            ("files", "fi1es"), ("replay", "replays"), ("rein_version", "rain_version"), ("policy_ids", "policy_id"),
            ("state_file", "statefile"), ("manifest_sha256", "manifest_sha255"),
        ] {
            let sample = try ReplayFileTests.Sample(.native)
            try removeManifestChecksum(at: sample.manifest)
            try editManifestPlainly(at: sample.manifest) { map in
                map = StateMap(uniqueEntries: map.entries.map { ($0.key == key ? name : $0.key, $0.value) })
                if map[name] == nil { map[name] = "0" }
            }
            let error = try #require(stateError { _ = try sample.open().manifest })
            #expect(
                error.description == "\(sample.manifest)/\(name): there is no such key; did you mean \"\(key)\"? "
                    + "Known keys: rein_version, replay, files, added_files, manifest_sha256, type, checkpoint_version, format, "
                    + "state_file, policy_ids")
            #expect(throws: StateError.self) { try sample.open().policyState("with") }
            #expect(throws: StateError.self) { try sample.open().replayState("with") }
        }
        for key in ["files", "rein_version", "policy_ids", "state_file"] {
            let sample = try SampleCheckpoint(.native)
            try removeManifestChecksum(at: sample.manifest())
            try editManifestPlainly(at: sample.manifest()) { $0[key] = nil }
            let error = try #require(stateError { _ = try sample.open().manifest })
            #expect(error.code == .missingKey && error.path == "\(sample.manifest())/\(key)")
        }
        let sample = try SampleCheckpoint(.native)
        try sample.editManifest { $0["files"] = ["algorithm_state.safetensors": ["size": 1, "sha255": "0"]] }
        #expect(
            stateError { _ = try sample.open().manifest }?.description.hasSuffix(
                "sha255: there is no such key; did you mean \"sha256\"? Known keys: size, sha256, tensors") == true)
    }

    /// Changes a manifest and gives it no checksum.
    private func editManifestPlainly(at path: String, _ edit: (inout StateMap) -> Void) throws {
        guard case .map(var map) = try JSON.parse(try readFile(path).array) else { return }
        edit(&map)
        try overwrite(path, Array((JSON.text(.map(map), pretty: true) + "\n").utf8))
    }

    /// Two checkpoints of the same policies, one after the other.
    private static func pair(_ format: CheckpointFormat) throws -> (TemporaryDirectory, String, String) {
        let directory = try TemporaryDirectory()
        for step in 0...1 {
            try CheckpointDirectory.writeAlgorithm(
                to: directory.path("step\(step)"), format: format, algorithm: ["step": .int(Int64(step))],
                policies: [("a", SampleCheckpoint.policy(step)), ("b", SampleCheckpoint.policy(step + 10))])
        }
        return (directory, directory.path("step0"), directory.path("step1"))
    }

    @Test("A policy of another step is refused by whoever reads it", arguments: CheckpointFormat.allCases)
    func mixedSteps(format: CheckpointFormat) throws {
        let (directory, first, second) = try Self.pair(format)
        try #require(rename(first + "/policies", directory.path("away")) == 0)
        try #require(rename(second + "/policies", first + "/policies") == 0)
        let checkpoint = try CheckpointDirectory(opening: first)
        #expect(try checkpoint.algorithmState() == ["step": 0])
        for id in ["a", "b"] as [PolicyID] {
            let error = try #require(stateError { _ = try checkpoint.policyState(id) })
            #expect(error.path == "\(first)/policies/\(id)/rllib_checkpoint.json")
            #expect(error.message.contains("not the one that the algorithm was saved with"))
        }
        #expect(throws: StateError.self) { try checkpoint.verify() }
        #expect(throws: StateError.self) {
            try CheckpointDirectory.convert(from: first, to: directory.path("converted"), format: format.other)
        }
        #expect(!directory.names.contains("converted"))
        // A policy alone stands for itself.
        #expect(
            try CheckpointDirectory(opening: first + "/policies/a").policyState() == SampleCheckpoint.policy(1))
    }

    @Test("So are two policies of one checkpoint that changed places")
    func exchanged() throws {
        let (directory, first, _) = try Self.pair(.native)
        try #require(rename(first + "/policies/a", directory.path("away")) == 0)
        try #require(rename(first + "/policies/b", first + "/policies/a") == 0)
        try #require(rename(directory.path("away"), first + "/policies/b") == 0)
        for id in ["a", "b"] as [PolicyID] {
            #expect(throws: StateError.self) { try CheckpointDirectory(opening: first).policyState(id) }
        }
    }

    @Test("A policy or a replay that was added is refused with the algorithm, and named")
    func added() throws {
        for place in ["policies/c", "replay"] {
            let (directory, first, second) = try Self.pair(.native)
            defer { withExtendedLifetime(directory) {} }
            let source = place == "replay" ? second + "/policies/a" : second + "/policies/b"
            try #require(rename(source, "\(first)/\(place)") == 0)
            let checkpoint = try CheckpointDirectory(opening: first)
            let error = try #require(stateError { _ = try checkpoint.algorithmState() })
            #expect(error.path.hasPrefix("\(first)/\(place)"))
            #expect(stateError { try checkpoint.verify() }?.path.hasPrefix("\(first)/\(place)") == true)
            if place == "policies/c" {
                let added = try #require(stateError { _ = try checkpoint.policyState("c") })
                #expect(added.message == "the algorithm's manifest does not list the policy")
            }
        }
    }

    @Test("A replay that the manifest does not tell of is an error, not an empty one")
    func hiddenReplay() throws {
        let sample = try ReplayFileTests.Sample(.native)
        for replay in [nil, ["with": "omitted"], ["left out": "omitted"]] as [StateTree?] {
            try sample.editManifest { $0["replay"] = replay }
            let error = try #require(stateError { _ = try sample.open().replayState("with") })
            #expect(error.path == sample.file)
            #expect(throws: StateError.self) { try sample.open().algorithmState() }
        }
    }

    @Test("Files that do not belong to a checkpoint are named when it is verified, and are no matter otherwise")
    func strangers() throws {
        for place in ["notes.txt", "algorithm_state.msgpck", "policies/pol0/policy_state.msgpck", ".hidden"] {
            let sample = try SampleCheckpoint(.native)
            try overwrite("\(sample.path)/\(place)", [1])
            let error = try #require(stateError { try sample.open().verify() })
            #expect(error.description == "\(sample.path)/\(place): is no file of the checkpoint")
            #expect(try sample.open().algorithmState() == sample.algorithm)
        }
    }
}
