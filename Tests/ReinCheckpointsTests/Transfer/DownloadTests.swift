import ReinTestSupport
import Testing

@testable import ReinCheckpoints

struct DownloadTests {
    let fixture: TransferFixture
    let transfer = TransferFixture.settings

    init() throws {
        fixture = try TransferFixture()
        try transfer.upload(fixture.source, to: fixture.storage)
    }

    /// Replaces the index by another one with the right checksum of its own.
    private func putIndex(_ files: [(key: String, size: Int, sha256: String)], folders: [String] = []) throws {
        let index = TransferIndex(
            files: files.map { TransferIndex.File(key: $0.key, size: $0.size, sha256: $0.sha256) }, folders: folders)
        try fixture.storage.write(StorageContents(index.text(path: "")), to: TransferIndex.completeName)
    }

    private func expectNothing(_ code: StateError.Code, _ words: String) {
        let error = stateError { try transfer.download(from: fixture.storage, to: fixture.target) }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(fixture.directory.names == ["checkpoint"])
    }

    private static let sha = String(repeating: "0", count: 64)

    @Test(
        "An index with names that lead elsewhere is refused",
        arguments: [
            "../x", "/etc/x", "a/../../x", "a//b", "nul\0", ".", "rein_index.json",
            String(repeating: "x", count: 2_000),
        ])
    func names(_ name: String) throws {
        try putIndex([(name, 1, Self.sha)])
        expectNothing(.malformed, "")
        guard name != "rein_index.json" else { return }
        try putIndex([], folders: [name])
        expectNothing(.malformed, "")
    }

    @Test("An index with a file that is also a folder, too many files or too many bytes is refused")
    func shapes() throws {
        try putIndex([("a", 1, Self.sha), ("a-b", 1, Self.sha), ("a/b", 1, Self.sha)])
        expectNothing(.malformed, "\"a\" is a file and a folder")
        try putIndex([("a", 1, Self.sha)], folders: ["a"])
        expectNothing(.malformed, "\"a\" is a file and a folder")
        try putIndex([("a", Int.max, Self.sha), ("b", Int.max, Self.sha)])
        expectNothing(.outOfRange, "bytes")
        try putIndex([("a", -1, Self.sha)])
        expectNothing(.outOfRange, "negative")
        try putIndex([("a", 1, "zz")])
        expectNothing(.malformed, "64 hexadecimal digits")
        try putIndex((0..<20).map { ("\($0)", 0, Self.sha) })
        var few = transfer
        few.maximumFiles = 19
        let error = stateError { try few.download(from: fixture.storage, to: fixture.target) }
        #expect(error?.message.contains("20 entries, more than the 19") == true)
    }

    @Test("An object that claims a terabyte takes no room before it shows that it has it")
    func claims() throws {
        try putIndex([("algorithm_state.safetensors", 1 << 39, Self.sha)])
        expectNothing(.checksumMismatch, "ends after")
    }

    @Test("Every byte counts: of files, and of the index")
    func flips() throws {
        for entry in try fixture.storage.list() {
            let bytes = try fixture.storage.read(entry.key, limit: 100_000)
            for place in [0, bytes.count / 2, bytes.count - 1] {
                var changed = bytes
                changed[place] ^= 4
                try fixture.storage.write(StorageContents(changed), to: entry.key)
                let error = stateError { try transfer.download(from: fixture.storage, to: fixture.target) }
                #expect(error != nil, "\(entry.key) \(place)")
                #expect(fixture.directory.names == ["checkpoint"])
            }
            for changed in [Array(bytes.dropLast()), bytes + [0], []] {
                try fixture.storage.write(StorageContents(changed), to: entry.key)
                let error = stateError { try transfer.download(from: fixture.storage, to: fixture.target) }
                #expect(error != nil, "\(entry.key) \(changed.count)")
                #expect(error?.description.contains(entry.key) == true, "\(String(describing: error))")
            }
            try fixture.storage.write(StorageContents(bytes), to: entry.key)
        }
        try transfer.download(from: fixture.storage, to: fixture.target)
    }

    @Test("A file that is missing is named")
    func missing() throws {
        try fixture.storage.delete("policies/two/policy_state.safetensors")
        expectNothing(.notFound, "policies/two/policy_state.safetensors")
    }

    @Test("A folder that others brought is read by its manifest")
    func foreign() throws {
        try fixture.storage.delete(TransferIndex.completeName)
        try transfer.download(from: fixture.storage, to: fixture.target)
        #expect(try contents(fixture.target) == contents(fixture.source))
        try CheckpointDirectory(opening: fixture.target).verify()
        try Directory(opening: fixture.directory.path).directory("target").removeContents()
        try Directory(opening: fixture.directory.path).removeDirectory("target")
        try fixture.storage.write(StorageContents([1]), to: "algorithm_state.safetensors")
        expectNothing(.checksumMismatch, "algorithm_state.safetensors")
        try fixture.storage.delete("algorithm_state.safetensors")
        expectNothing(.notFound, "algorithm_state.safetensors")
        try fixture.storage.delete(CheckpointManifest.fileName)
        expectNothing(.notFound, "neither rein_index.json nor rllib_checkpoint.json")
    }

    @Test("A place that is taken stays as it is; one without a parent is an error")
    func taken() throws {
        let before = try contents(fixture.source)
        let error = stateError { try transfer.download(from: fixture.storage, to: fixture.source) }
        #expect(error?.code == .alreadyExists)
        #expect(try contents(fixture.source) == before)
        let orphan = stateError { try transfer.download(from: fixture.storage, to: fixture.directory.path("x/y")) }
        #expect(orphan?.code == .notFound)
        for path in ["", "/", "..", fixture.directory.path("..")] {
            #expect(stateError { try transfer.download(from: fixture.storage, to: path) } != nil)
        }
    }

    @Test("A download that stops leaves nothing, wherever it stops")
    func interruptions() throws {
        for last in 0..<20 {
            let storage = FaultyStorage(fixture.storage) { _, number throws(StateError) in
                if number > last { throw StateError(.accessDenied, "no more") }
            }
            let error = stateError { try transfer.download(from: storage, to: fixture.target) }
            if error == nil { break }
            #expect(error?.message == "no more" && last < 19)
            #expect(fixture.directory.names == ["checkpoint"])
        }
        #expect(fixture.directory.names == ["checkpoint", "target"])
    }

    @Test("Whatever an index is, reading it gives one or an error")
    func mutations() throws {
        let text = try fixture.storage.read(TransferIndex.completeName, limit: 100_000)
        // Without its last entry, the checksum, so that what is behind it is reached.
        let body = String(decoding: text, as: UTF8.self).split(separator: "\n").dropLast(2).joined(separator: "\n")
        var mutations = ByteMutations(seed: 5, marks: "{}[]\",:/.\\0-")
        var sound = 0
        for _ in 0..<3_000 {
            let bytes = mutations.mutated(String(body.dropLast()) + "\n}\n")
            let sealed = Array(ManifestSeal.sealed(String(decoding: bytes, as: UTF8.self)).utf8)
            guard let index = try? TransferIndex(parsing: sealed, path: "index") else { continue }
            sound += 1
            for file in index.files { #expect(!file.key.hasPrefix("/") && !file.key.contains("..")) }
        }
        #expect(sound > 50)
    }
}
