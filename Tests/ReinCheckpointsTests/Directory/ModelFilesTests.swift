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

@Suite("Files by which other programs run policies", .withoutClones)
struct ModelFilesTests {
    /// A file with some bytes that counts how often it is made.
    static func model(_ name: String, _ text: String, _ counter: Counter = Counter()) -> ModelFile {
        ModelFile(name) {
            counter.add()
            return Array(text.utf8)
        }
    }

    /// Counts.
    final class Counter: Sendable {
        private let value = Atomic(0)
        var count: Int { value.load(ordering: .relaxed) }
        func add() { value.add(1, ordering: .relaxed) }
    }

    /// Checkpoints of two policies, of which one has two files and the other none.
    struct Sample {
        let directory: TemporaryDirectory
        let format: CheckpointFormat
        var path: String { directory.path("c") }
        var graph: String { "\(path)/policies/a/model/model.onnx" }

        init(_ format: CheckpointFormat) throws {
            directory = try TemporaryDirectory()
            self.format = format
            try write(to: "c")
        }

        /// Writes a checkpoint.
        ///
        /// - Parameters:
        ///   - step: the state of the policy with files.
        ///   - models: the files of that policy.
        func write(
            to name: String, step: Int = 0, earlier: String? = nil,
            models: [ModelFile] = [model("model.onnx", "a graph"), model("policy.h", "a header")]
        ) throws {
            try CheckpointDirectory.writeAlgorithm(
                to: directory.path(name), format: format, algorithm: { StateFile([:]) }, policies: ["a", "b"],
                sharingWith: earlier.map { directory.path($0) }, synchronizing: false
            ) { index in
                PolicyContents(
                    StateFile(SampleCheckpoint.policy(index == 0 ? step : -1)), models: index == 0 ? models : [])
            }
        }

        func open() throws(StateError) -> CheckpointDirectory { try CheckpointDirectory(opening: path) }

        /// What lies in the folder of the policy with files, by their names: whether it is shared with another checkpoint.
        func shared(_ name: String, with other: String) throws -> [String: Bool] {
            var shared: [String: Bool] = [:]
            let folder = directory.path(name) + "/policies/a"
            for file in try contents(folder).keys {
                shared[file] = inode("\(folder)/\(file)") == inode(directory.path(other) + "/policies/a/\(file)")
            }
            return shared
        }
    }

    @Test("They lie beside the policy's state, and both manifests list them", arguments: CheckpointFormat.allCases)
    func layout(format: CheckpointFormat) throws {
        let sample = try Sample(format)
        let checkpoint = try sample.open()
        #expect(try checkpoint.verify() == .complete)
        let listed = try #require(try checkpoint.manifest.record(of: "policies/a/model/model.onnx"))
        #expect(listed.size == 7)
        #expect(listed.sha256 == Checksum.hexadecimal(Array("a graph".utf8)))
        let own = try CheckpointDirectory(opening: sample.path + "/policies/a")
        #expect(try own.manifest.record(of: "model/policy.h")?.size == 8)
        #expect(try own.verify() == .complete)
        for files in [try checkpoint.modelFiles(of: "a"), try own.modelFiles(of: nil)] {
            #expect(files.map(\.name) == ["model.onnx", "policy.h"])
            #expect(try files.map { String(decoding: try $0.bytes().array, as: UTF8.self) } == ["a graph", "a header"])
        }
        #expect(try checkpoint.modelFiles(of: "b").isEmpty)
        #expect(try !LocalFile.exists(sample.path + "/policies/b/model"))
        #expect(throws: StateError.self) { try checkpoint.modelFiles(of: "c") }
        #expect(throws: StateError.self) { try checkpoint.modelFiles(of: nil) }
    }

    @Test("Whatever is wrong with one of them is found, and named", arguments: CheckpointFormat.allCases)
    func damage(format: CheckpointFormat) throws {
        let names = ["model.onnx", "policy.h"]
        for kind in ["changed", "longer", "removed", "stranger", "link"] {
            for name in names {
                let sample = try Sample(format)
                let place = "\(sample.path)/policies/a/model/\(kind == "stranger" ? "other.bin" : name)"
                switch kind {
                case "changed":
                    var bytes = try readFile(place).array
                    bytes[3] ^= 1
                    try overwrite(place, bytes)
                case "longer": try overwrite(place, readFile(place).array + [0])
                case "removed": unlink(place)
                case "stranger": try overwrite(place, [1])
                default:
                    try #require(rename(place, sample.directory.path("away")) == 0)
                    try #require(symlink(sample.directory.path("away"), place) == 0)
                }
                for path in [sample.path, sample.path + "/policies/a"] {
                    let error = stateError { try CheckpointDirectory(opening: path).verify() }
                    #expect(error?.path.hasSuffix(lastComponent(of: place)) == true, "\(kind): \(error as Any)")
                }
            }
        }
    }

    @Test("Restoring opens none of them", arguments: CheckpointFormat.allCases)
    func restoring(format: CheckpointFormat) throws {
        let sample = try Sample(format)
        for name in ["model.onnx", "policy.h"] { unlink("\(sample.path)/policies/a/model/\(name)") }
        // Whoever opens this one waits forever.
        try #require(mkfifo(sample.graph, 0o600) == 0)
        let checkpoint = try sample.open()
        #expect(try checkpoint.algorithmState() == [:])
        #expect(try checkpoint.policyState("a") == SampleCheckpoint.policy(0))
        #expect(
            try CheckpointDirectory(opening: sample.path + "/policies/a").policyState() == SampleCheckpoint.policy(0))
        #expect(try checkpoint.replayState("a") == .none)
    }

    @Test("Manifests that do not agree, or list files elsewhere, are refused")
    func hostile() throws {
        for place in [
            "policies/a/model/../policy_state.safetensors", "policies/a/model/x/y", "model/x", "policies/a/other/x",
        ] {
            let sample = try Sample(.native)
            try editManifest(at: sample.path + "/rllib_checkpoint.json") { map in
                guard case .map(var files)? = map["files"] else { return }
                files[place] = ["size": 7, "sha256": .string(Checksum.hexadecimal(Array("a graph".utf8)))]
                map["files"] = .map(files)
            }
            #expect(throws: StateError.self, "\(place)") { try sample.open().verify() }
            #expect(throws: StateError.self, "\(place)") { try sample.open().policyState("b") }
        }
        let sample = try Sample(.native)
        try editManifest(at: sample.path + "/rllib_checkpoint.json") { map in
            guard case .map(var files)? = map["files"] else { return }
            files["policies/a/model/model.onnx"] = ["size": 7, "sha256": .string(Checksum.hexadecimal([]))]
            map["files"] = .map(files)
        }
        let error = stateError { try sample.open().verify() }
        #expect(error?.path.hasSuffix("policies/a/model/model.onnx") == true, "\(error as Any)")
        #expect(throws: StateError.self) { try sample.open().modelFiles(of: "a") }
        let missing = try Sample(.native)
        try editManifest(at: missing.path + "/rllib_checkpoint.json") { map in
            guard case .map(var files)? = map["files"] else { return }
            files["policies/b/model/model.onnx"] = ["size": 7, "sha256": .string(Checksum.hexadecimal([]))]
            map["files"] = .map(files)
        }
        #expect(throws: StateError.self) { try missing.open().verify() }
    }

    @Test("Of a policy that did not change they are shared, and not even made", arguments: CheckpointFormat.allCases)
    func sharing(format: CheckpointFormat) throws {
        let sample = try Sample(format)
        let state = "policy_state.\(format.fileExtension)"
        let manifest = CheckpointManifest.fileName
        let counter = Counter()
        let models = [Self.model("model.onnx", "another graph", counter), Self.model("policy.h", "a header", counter)]
        try sample.write(to: "same", earlier: "c", models: models)
        #expect(counter.count == 0)
        #expect(
            try sample.shared("same", with: "c") == [
                state: true, manifest: true, "model/model.onnx": true, "model/policy.h": true,
            ])
        // Of one that did change, those that are the same all the same are shared.
        try sample.write(to: "trained", step: 1, earlier: "c", models: models)
        #expect(counter.count == 2)
        #expect(
            try sample.shared("trained", with: "c") == [
                state: false, manifest: false, "model/model.onnx": false, "model/policy.h": true,
            ])
        // Damage is not passed on.
        try overwrite(sample.graph, Array("a grapH".utf8))
        try sample.write(to: "repaired", earlier: "c")
        #expect(
            try sample.shared("repaired", with: "c") == [
                state: true, manifest: false, "model/model.onnx": false, "model/policy.h": true,
            ])
        for name in ["trained", "repaired"] {
            try CheckpointDirectory(opening: sample.directory.path(name)).verify()
        }
    }

    @Test("Other files than before of the same policy make another manifest", arguments: CheckpointFormat.allCases)
    func otherFiles(format: CheckpointFormat) throws {
        let sample = try Sample(format)
        let one = [Self.model("model.onnx", "a graph")]
        for (name, models) in [
            ("fewer", one), ("none", []), ("others", one + [Self.model("model.safetensors", "tensors")]),
        ] {
            try sample.write(to: name, earlier: "c", models: models)
            let checkpoint = try CheckpointDirectory(opening: sample.directory.path(name))
            #expect(try checkpoint.verify() == .complete, "\(name)")
            #expect(try checkpoint.modelFiles(of: "a").map(\.name) == models.map(\.name))
            let shared = try sample.shared(name, with: "c")
            #expect(shared["policy_state.\(format.fileExtension)"] == true)
            #expect(shared[CheckpointManifest.fileName] == false, "\(name)")
            try sample.write(to: name + " again", earlier: name, models: models)
            #expect(try sample.shared(name + " again", with: name).values.allSatisfy(\.self), "\(name)")
        }
    }

    @Test("A failure anywhere leaves the earlier checkpoint as it was, and nothing else", arguments: 1...11)
    func failures(stage: Int) throws {
        let sample = try Sample(.native)
        let before = try contents(sample.path)
        #expect(throws: StateError.self) {
            try CheckpointWriterTests.stopping(after: stage, by: .failure) {
                try sample.write(to: "new", step: 1, earlier: "c")
            }
        }
        #expect(try contents(sample.path) == before)
        // Begun; four files of the policy that has two for other programs, two of the other; the state, the manifest;
        // complete; renamed.
        #expect(sample.directory.names == (stage == 11 ? ["c", "new"] : ["c"]))
    }

    @Test("One that cannot be made is an error, and nothing is left")
    func failure() throws {
        let sample = try Sample(.native)
        let failing = ModelFile("model.onnx") { () throws(StateError) in throw StateError(.outOfRange, "is no number") }
        #expect(throws: StateError.self) { try sample.write(to: "other", models: [failing]) }
        #expect(sample.directory.names == ["c"])
    }
}
