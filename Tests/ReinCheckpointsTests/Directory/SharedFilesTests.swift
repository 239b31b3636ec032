import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Checkpoints that share files with the one before", .withoutClones)
struct SharedFilesTests {
    /// Two checkpoints: policies `frozen` and `trained`, of which the second changed in between, and replay of both.
    struct Pair {
        let directory: TemporaryDirectory
        let format: CheckpointFormat
        var first: String { directory.path("checkpoint_0") }
        var second: String { directory.path("checkpoint_1") }

        init(_ format: CheckpointFormat) throws {
            directory = try TemporaryDirectory()
            self.format = format
            try write(to: first, step: 0)
        }

        /// A policy with a tensor that is larger than what a sink gathers.
        static func policy(_ value: Float) -> StateTree {
            var numbers = [Float](repeating: 1, count: 40_000)
            numbers[30_000] = value
            return ["weight": .tensor(StateTensor(numbers, shape: [200, 200])), "value": .double(Double(value))]
        }

        static func replay(_ value: Float) -> StateTree { ["rows": .tensor(StateTensor([1, 2, value], shape: [3]))] }

        func write(to path: String, step: Int, earlier: String? = nil, format: CheckpointFormat? = nil) throws {
            let trained = Float(step)
            try CheckpointDirectory.writeAlgorithm(
                to: path, format: format ?? self.format, algorithm: ["step": .int(Int64(step))],
                policies: [("frozen", Self.policy(-1)), ("trained", Self.policy(trained))],
                replays: ["frozen": .included(Self.replay(-1)), "trained": .included(Self.replay(trained))],
                sharingWith: earlier, synchronizing: false)
        }

        /// Writes the second checkpoint, sharing what it can with the first.
        func writeSecond(format: CheckpointFormat? = nil) throws {
            try write(to: second, step: 1, earlier: first, format: format)
        }

        func file(_ place: String, in path: String) -> String {
            "\(path)/\(place.replacing("*", with: format.fileExtension))"
        }

        /// The files that are one in both checkpoints.
        func shared() throws -> Set<String> {
            try Set(contents(second).keys).filter { inode("\(first)/\($0)") == inode("\(second)/\($0)") }
        }

        /// Whether the second checkpoint is complete and holds what it should.
        func checkSecond() throws {
            let checkpoint = try CheckpointDirectory(opening: second)
            try checkpoint.verify()
            #expect(try checkpoint.policyState("frozen") == Self.policy(-1))
            #expect(try checkpoint.policyState("trained") == Self.policy(1))
            #expect(try checkpoint.replayState("frozen") == .included(Self.replay(-1)))
            #expect(try checkpoint.replayState("trained") == .included(Self.replay(1)))
        }

        /// The files of a checkpoint that was written without sharing.
        func unshared() throws -> [String: [UInt8]] {
            let path = directory.path("unshared")
            try write(to: path, step: 1)
            return try contents(path)
        }
    }

    @Test("What has not changed is one file in both, the rest is not", arguments: CheckpointFormat.allCases)
    func shares(format: CheckpointFormat) throws {
        let pair = try Pair(format)
        try pair.writeSecond()
        let ending = format.fileExtension
        #expect(
            try pair.shared() == [
                "policies/frozen/policy_state.\(ending)", "policies/frozen/rllib_checkpoint.json",
                "replay/frozen.\(ending)",
            ])
        try pair.checkSecond()
        #expect(try contents(pair.second) == pair.unshared())
    }

    @Test("A checkpoint is complete when the one before is moved or deleted")
    func independent() throws {
        let pair = try Pair(.native)
        try pair.writeSecond()
        let third = pair.directory.path("checkpoint_2")
        try pair.write(to: third, step: 2, earlier: pair.second)
        try #require(rename(pair.first, pair.directory.path("elsewhere")) == 0)
        try pair.checkSecond()
        try Directory(opening: pair.second).removeContents()
        let checkpoint = try CheckpointDirectory(opening: third)
        try checkpoint.verify()
        #expect(try checkpoint.policyState("frozen") == Pair.policy(-1))
        #expect(
            try CheckpointDirectory(opening: pair.directory.path("elsewhere")).policyState("trained") == Pair.policy(0))
    }

    @Test("The files of a checkpoint are read-only, shared or not")
    func readOnly() throws {
        let pair = try Pair(.native)
        try pair.writeSecond()
        for path in [pair.first, pair.second] {
            for name in try contents(path).keys {
                var status = stat()
                try #require(stat("\(path)/\(name)", &status) == 0)
                #expect(status.st_mode & 0o777 == 0o444, "\(name)")
            }
        }
    }

    @Test("Where the file system has clones, what is shared is no less whole and no link")
    func clones() throws {
        let pair = try Pair(.native)
        try CheckpointWriter.$clonesFiles.withValue(true) { try pair.writeSecond() }
        try pair.checkSecond()
        // Whether there are clones here shows: without them there are links.
        let file = try RegularFile(opening: pair.file("policies/frozen/policy_state.*", in: pair.first))
        let copy = open(pair.directory.path("copy"), O_WRONLY | O_CREAT, 0o600)
        defer { close(copy) }
        #expect(try pair.shared().isEmpty == file.clone(into: copy))
    }

    @Test("A checkpoint may replace the one that it shares files with")
    func replaces() throws {
        let pair = try Pair(.native)
        let frozen = pair.file("policies/frozen/policy_state.*", in: pair.first)
        let before = try #require(inode(frozen))
        try CheckpointDirectory.writeAlgorithm(
            to: pair.first, format: .native, algorithm: [:], policies: [("frozen", Pair.policy(-1))],
            sharingWith: pair.first, replacingExisting: true)
        #expect(inode(frozen) == before)
        try CheckpointDirectory(opening: pair.first).verify()
    }

    @Test("An earlier checkpoint that is missing, of another format or of another version is of no help and no harm")
    func useless() throws {
        for useless in ["missing", "other format", "other version", "manifest", "policy"] {
            let pair = try Pair(.native)
            let manifest = pair.first + "/" + CheckpointManifest.fileName
            var earlier = pair.first
            switch useless {
            case "missing": earlier = pair.directory.path("nothing")
            case "other version": try editManifest(at: manifest) { $0["rein_version"] = "0.0.1" }
            case "manifest": try overwrite(manifest, Array("{".utf8))
            case "policy": earlier = pair.first + "/policies/frozen"
            default: break
            }
            let format: CheckpointFormat = useless == "other format" ? .msgpack : .native
            try pair.write(to: pair.second, step: 1, earlier: earlier, format: format)
            #expect(try pair.shared().isEmpty, "\(useless)")
            try pair.checkSecond()
        }
    }

    @Test(
        "Damage is not passed on: such a file is written, the others are shared",
        arguments: ["shorter", "longer", "changed", "removed", "link", "record", "checksum"])
    func damage(_ kind: String) throws {
        let pair = try Pair(.native)
        let file = pair.file("policies/frozen/policy_state.*", in: pair.first)
        var bytes = try readFile(file).array
        switch kind {
        case "shorter": try overwrite(file, bytes.dropLast())
        case "longer": try overwrite(file, bytes + [0])
        case "changed":
            bytes[bytes.count - 2] ^= 1
            try overwrite(file, bytes)
        case "removed": unlink(file)
        case "link":
            try #require(rename(file, pair.directory.path("away")) == 0)
            try #require(symlink(pair.directory.path("away"), file) == 0)
        default:
            // The file is good, and what the manifest says of it is not.
            let manifest = pair.first + "/" + CheckpointManifest.fileName
            let sum = String(Checksum.hexadecimal(bytes).reversed())
            try editManifest(at: manifest) { map in
                guard case .map(var files)? = map["files"] else { return }
                let place = "policies/frozen/policy_state.safetensors"
                files[place] =
                    kind == "record"
                    ? ["size": .int(Int64(bytes.count) + 1), "sha256": .string(Checksum.hexadecimal(bytes))]
                    : ["size": .int(Int64(bytes.count)), "sha256": .string(sum)]
                map["files"] = .map(files)
            }
        }
        try pair.writeSecond()
        try pair.checkSecond()
        let shared = try pair.shared()
        #expect(!shared.contains("policies/frozen/policy_state.safetensors"))
        #expect(shared.contains("replay/frozen.safetensors"))
    }

    @Test("A damaged manifest of a policy is written anew")
    func damagedPolicyManifest() throws {
        let pair = try Pair(.native)
        let manifest = pair.first + "/policies/frozen/" + CheckpointManifest.fileName
        var bytes = try readFile(manifest).array
        bytes[bytes.count / 2] ^= 1
        try overwrite(manifest, bytes)
        try pair.writeSecond()
        #expect(try pair.shared() == ["policies/frozen/policy_state.safetensors", "replay/frozen.safetensors"])
        try pair.checkSecond()
        #expect(try contents(pair.second) == pair.unshared())
    }

    @Test("A failure anywhere leaves the earlier checkpoint as it was, and nothing else", arguments: 1...11)
    func failures(stage: Int) throws {
        let pair = try Pair(.native)
        let before = try contents(pair.first)
        #expect(throws: StateError.self) {
            try CheckpointWriterTests.stopping(after: stage, by: .failure) { try pair.writeSecond() }
        }
        #expect(try contents(pair.first) == before)
        // Begun; three files for each policy; the state, the manifest; complete; renamed.
        #expect(pair.directory.names == (stage == 11 ? ["checkpoint_0", "checkpoint_1"] : ["checkpoint_0"]))
    }

    @Test("Bytes are compared with an earlier file piece by piece", arguments: [0, 1, 7, 100, 70_000, 200_000])
    func comparing(difference: Int) throws {
        let directory = try TemporaryDirectory()
        let earlier = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try overwrite(directory.path("earlier"), earlier)
        let sum = Checksum.hexadecimal(earlier)
        let file = try EarlierFile(
            "earlier", size: earlier.count, sha256: sum, in: Directory(opening: directory.path))
        for tail in [[], [UInt8(7)]] {
            var bytes = earlier
            if difference < bytes.count { bytes[difference] ^= 1 }
            bytes += tail
            for size in [1000, 70_000, bytes.count] {
                #expect(Self.isSame(bytes, pieces: size, as: file) == (bytes == earlier))
            }
        }
        #expect(!Self.isSame(earlier.dropLast(), pieces: 1000, as: file))
        // The file is as it was written, and not what the record tells of.
        let stranger = try EarlierFile(
            "earlier", size: earlier.count, sha256: String(sum.reversed()), in: Directory(opening: directory.path))
        #expect(!Self.isSame(earlier, pieces: 1000, as: stranger))
    }

    /// Whether bytes that are written in pieces of a size are those of an earlier file.
    private static func isSame(_ bytes: [UInt8], pieces size: Int, as file: EarlierFile) -> Bool {
        let sink = ComparingSink(file)
        let all = StateBytes(bytes)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = all[start..<min(start + size, bytes.count)]
            let result = piece.withUnsafeBytes { piece in Result { () throws(StateError) in try sink.write(piece) } }
            if case .failure = result {
                #expect(sink.hasDifference)
                return false
            }
        }
        return sink.isSame()
    }
}
