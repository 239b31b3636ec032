import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Checkpoints that are damaged, foreign or hostile")
struct CheckpointRefusalTests {
    @Test("A changed byte is found, and file and tensor are named", arguments: CheckpointFormat.allCases)
    func checksum(format: CheckpointFormat) throws {
        let sample = try SampleCheckpoint(format)
        var bytes = try readFile(sample.stateFile("pol1")).array
        let place = try #require(Self.position(of: [0, 0, 0x40, 0x40], in: bytes))  // the number 3 in the weight
        bytes[place] ^= 1
        try overwrite(sample.stateFile("pol1"), bytes)
        let error = try #require(throws: StateError.self) { try sample.open().policyState("pol1") }
        #expect(error.code == .checksumMismatch)
        #expect(error.path.hasSuffix("policies/pol1/policy_state.\(format.fileExtension)"))
        #expect(error.message.contains("tensor weight") && !error.message.contains("bias"))
        #expect(throws: StateError.self) { try sample.open().verify() }
        #expect(throws: Never.self) { try sample.open().policyState("pol1", verifyingChecksum: false) }
        #expect(throws: Never.self) { try sample.open().policyState("pol0") }
    }

    static func position(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        (0...(bytes.count - pattern.count)).first { Array(bytes[$0..<$0 + pattern.count]) == pattern }
    }

    @Test("A file of another length, and a missing one, are named", arguments: CheckpointFormat.allCases)
    func length(format: CheckpointFormat) throws {
        let sample = try SampleCheckpoint(format)
        try overwrite(sample.stateFile(), try readFile(sample.stateFile()).array + [0])
        let longer = try #require(throws: StateError.self) { try sample.open().algorithmState() }
        #expect(longer.code == .checksumMismatch && longer.path == sample.stateFile())
        let undecodable = try #require(throws: StateError.self) {
            try sample.open().algorithmState(verifyingChecksum: false)
        }
        #expect(undecodable.path.hasPrefix(sample.stateFile()))
        unlink(sample.stateFile("pol0"))
        let missing = try #require(throws: StateError.self) { try sample.open().policyState("pol0") }
        #expect(missing.code == .notFound && missing.path == sample.stateFile("pol0"))
        try overwrite(sample.stateFile("pol1"), [])
        #expect(throws: StateError.self) { try sample.open().policyState("pol1", verifyingChecksum: false) }
    }

    @Test("A newer major version is refused, a newer minor one is not")
    func versions() throws {
        let sample = try SampleCheckpoint(.native)
        for (version, code) in [
            ("2.0", StateError.Code.unsupportedVersion), ("10.1", .unsupportedVersion), ("0.1", .unsupportedVersion),
            ("x", .malformed), ("", .malformed), ("99999999999999999999.0", .malformed), ("-1.0", .malformed),
            (".1.1", .malformed),
        ] {
            try sample.editManifest { $0["checkpoint_version"] = .string(version) }
            try sample.editManifest("pol0") { $0["checkpoint_version"] = .string(version) }
            let error = try #require(throws: StateError.self) { try sample.open() }
            #expect(error.code == code && error.path == sample.manifest())
            let policy = try #require(throws: StateError.self) {
                try CheckpointDirectory(opening: "\(sample.path)/policies/pol0")
            }
            #expect(policy.code == code)
        }
        try sample.editManifest { $0["checkpoint_version"] = "1.9" }
        #expect(try sample.open().algorithmState() == sample.algorithm)
    }

    @Test("A pickled checkpoint is refused with RLlib's call that converts it")
    func pickles() throws {
        let directory = try TemporaryDirectory()
        let manifest = #"{"type":"Algorithm","checkpoint_version":"1.1","format":"cloudpickle","state_file":"/x.pkl"}"#
        try overwrite(directory.path("rllib_checkpoint.json"), Array(manifest.utf8))
        try overwrite(directory.path("algorithm_state.pkl"), [0x80])
        let algorithm = try #require(throws: StateError.self) { try CheckpointDirectory(opening: directory.path) }
        #expect(algorithm.code == .unsupportedFormat && algorithm.message.contains("convert_to_msgpack_checkpoint("))
        unlink(directory.path("rllib_checkpoint.json"))
        unlink(directory.path("algorithm_state.pkl"))
        try overwrite(directory.path("policy_state.pkl"), [0x80])
        let policy = try #require(throws: StateError.self) { try CheckpointDirectory(opening: directory.path) }
        #expect(policy.message.contains("convert_to_msgpack_policy_checkpoint("))
    }

    @Test("What RLlib writes is read: a manifest without checksums, or none at all")
    func withoutChecksums() throws {
        let sample = try SampleCheckpoint(.msgpack)
        try sample.editManifest { map in
            map["files"] = nil
            map["rein_version"] = nil
            map["state_file"] = "/etc/passwd"
            map["ray_version"] = "2.10.0"
        }
        #expect(try sample.open().algorithmState() == sample.algorithm)
        try sample.open().verify()
        unlink(sample.manifest())
        unlink(sample.manifest("pol0"))
        #expect(try sample.open().kind == .algorithm)
        #expect(try sample.open().policyIDs == ["pol0", "pol1", "red team"])
        #expect(try sample.open().policyState("pol0") == SampleCheckpoint.policy(0))
        try sample.open().verify()
    }

    @Test("Symbolic links, pipes and folders in the place of files are refused")
    func links() throws {
        let sample = try SampleCheckpoint(.native)
        let elsewhere = sample.directory.path("elsewhere")
        for (place, read) in [
            (sample.stateFile(), { try sample.open().algorithmState(verifyingChecksum: false) }),
            (sample.stateFile("pol0"), { try sample.open().policyState("pol0", verifyingChecksum: false) }),
            (sample.manifest("pol0"), { try sample.open().policyState("pol0") }),
            (sample.path + "/policies/pol1", { try sample.open().policyState("pol1") }),
            (sample.path + "/policies", { try sample.open().policyState("pol1") }),
        ] as [(String, () throws -> StateTree)] {
            try #require(rename(place, elsewhere) == 0)
            try #require(symlink(elsewhere, place) == 0)
            let error = try #require(throws: StateError.self) { _ = try read() }
            #expect(error.path == place && error.code == .malformed, "\(error)")
            unlink(place)
            try #require(mkfifo(place, 0o600) == 0)
            #expect(throws: StateError.self) { _ = try read() }
            unlink(place)
            try #require(rename(elsewhere, place) == 0)
            #expect(throws: Never.self) { _ = try read() }
        }
        unlink(sample.stateFile())
        try #require(mkdir(sample.stateFile(), 0o700) == 0)
        #expect(throws: StateError.self) { try sample.open().algorithmState() }
    }

    @Test(
        "A manifest that names a file or policy elsewhere is refused",
        arguments: [
            "../secret", "/etc/passwd", "policies/../../policy_state.safetensors",
            "policies/../policy_state.safetensors",
            "policies/a/b/policy_state.safetensors", "policies//policy_state.safetensors",
            "./algorithm_state.safetensors",
            "policies/pol0/policy_state.pkl", "policies/pol0/../policy_state.safetensors", "",
        ])
    func escapes(path: String) throws {
        let sample = try SampleCheckpoint(.native)
        try sample.editManifest { $0["files"] = [path: ["size": 1, "sha256": "0"]] }
        #expect(throws: StateError.self) { try sample.open().manifest }
        #expect(throws: StateError.self) { try sample.open().verify() }
        try sample.editManifest { map in
            map["files"] = nil
            map["rein_version"] = nil
            map["policy_ids"] = [.string(path)]
        }
        let error = try #require(throws: StateError.self) { try sample.open().verify() }
        #expect(error.code == .invalidPolicyID)
        #expect(error.path.hasPrefix(sample.manifest()))
    }

    @Test("Verifying finds policies that are not listed, listed twice, or listed and missing")
    func folders() throws {
        let sample = try SampleCheckpoint(.native)
        try sample.editManifest { $0["policy_ids"] = ["pol0", "pol1"] }
        #expect(throws: StateError.self) { try sample.open().verify() }
        try sample.editManifest { $0["policy_ids"] = ["pol0", "pol1", "pol1", "red team"] }
        #expect(throws: StateError.self) { try sample.open().verify() }
        try sample.editManifest { $0["policy_ids"] = ["pol0", "pol1", "red team", "pol7"] }
        let missing = try #require(throws: StateError.self) { try sample.open().verify() }
        #expect(missing.code == .unknownPolicy)
        try sample.editManifest { $0["policy_ids"] = ["pol0", "pol1", "red team"] }
        try sample.open().verify()
        try sample.editManifest("pol0") { $0["files"] = [:] }
        #expect(throws: StateError.self) { try sample.open().verify() }
        #expect(throws: StateError.self) { try sample.open().policyState("pol0") }
    }

    @Test(
        "A manifest that is no manifest is refused",
        arguments: [
            "", "[]", "null", "{", #"{"type":1}"#, #"{"type":"Learner","checkpoint_version":"1.1","format":"native"}"#,
            #"{"type":"Algorithm","checkpoint_version":1.1,"format":"native"}"#,
            #"{"type":"Algorithm","checkpoint_version":"1.1","format":"zip"}"#,
            #"{"type":"Algorithm","type":"Policy","checkpoint_version":"1.1","format":"native"}"#,
        ])
    func manifests(text: String) throws {
        let sample = try SampleCheckpoint(.native)
        try overwrite(sample.manifest(), Array(text.utf8))
        let error = try #require(throws: StateError.self) { try sample.open() }
        #expect(error.path.hasPrefix(sample.manifest()))
    }

    @Test("A place without a checkpoint is refused")
    func nothing() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: StateError.self) { try CheckpointDirectory(opening: directory.path) }
        let missing = try #require(throws: StateError.self) {
            try CheckpointDirectory(opening: directory.path("none"))
        }
        #expect(missing.code == .notFound)
        try overwrite(directory.path("file"), [1])
        #expect(throws: StateError.self) { try CheckpointDirectory(opening: directory.path("file")) }
        #expect(try !CheckpointDirectory.exists(at: directory.path("file")))
    }
}
