import ReinTestSupport
import Testing

@testable import ReinCheckpoints

@Suite("Archives of files")
struct FileTreeArchiveTests {
    static func sample() throws -> FileTree {
        var tree = FileTree()
        try tree.insert(StateBytes([1, 2, 3]), at: "b.bin")
        try tree.insert(StateBytes([]), at: "a/none")
        try tree.insert(nil, at: "a/empty/deep")
        try tree.insert(StateBytes([UInt8](repeating: 7, count: 100_000)), at: "ü/large")
        return tree
    }

    @Test("Equal trees have equal bytes, and come back")
    func roundTrip() throws {
        let tree = try Self.sample()
        let bytes = try tree.archive()
        #expect(try FileTree(archive: StateBytes(bytes)) == tree)
        #expect(try FileTree(archive: StateBytes(bytes)).archive() == bytes)
        let nothing = try FileTree().archive()
        #expect(try FileTree(archive: StateBytes(nothing)).isEmpty)
    }

    @Test("Paths that lead elsewhere, are there twice or below a file are refused")
    func paths() throws {
        for path in ["../x", "a/../x", "/x", "", "a//b", "./a", "a/.", "a\\b", "a\u{0}b", ".x.partial-1-2"] {
            var tree = FileTree()
            #expect(throws: StateError.self, "\(path)") { try tree.insert(StateBytes([1]), at: path) }
            #expect(tree.isEmpty)
        }
        for second in ["b.bin", "b.bin/x", "a"] {
            var tree = try Self.sample()
            #expect(throws: StateError.self, "\(second)") { try tree.insert(StateBytes([1]), at: second) }
        }
    }

    @Test("Truncated and padded archives, and those with a changed byte, are refused or the same")
    func damage() throws {
        let tree = try Self.sample()
        let bytes = try tree.archive()
        var random: UInt64 = 1
        func next(_ limit: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % limit
        }
        for count in [0, 1, 21, 22, bytes.count / 2, bytes.count - 1] {
            #expect(throws: StateError.self) { try FileTree(archive: StateBytes(Array(bytes.prefix(count)))) }
        }
        for _ in 0..<2000 {
            var damaged = bytes
            // Most of the bytes are those of the large file.
            let place = next(3) == 0 ? next(bytes.count) : bytes.count - 1 - next(600)
            damaged[place] ^= UInt8(1 << next(8))
            // Times and hints of the system may change without a loss.
            if let read = try? FileTree(archive: StateBytes(damaged)) {
                #expect(Set(read.entries().map(\.name)).count == 4)
            }
        }
    }

    @Test(
        "Links, devices and pipes in an archive are refused",
        arguments: [0o120777, 0o020666, 0o060666, 0o010644, 0o140777])
    func modes(mode: Int) throws {
        var tree = FileTree()
        try tree.insert(StateBytes([1]), at: "entry")
        var bytes = try tree.archive()
        // The external attributes stand at 38 in an entry of the directory, which begins with "PK", 1, 2.
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
        bytes[start + 40] = UInt8(mode & 0xff)
        bytes[start + 41] = UInt8(mode >> 8)
        let error = #expect(throws: StateError.self) { try FileTree(archive: StateBytes(bytes)) }
        #expect(error?.path == "entry")
    }

    @Test("Compressed entries are read, and those that hold together far more than the archive are not")
    func compressed() throws {
        let tree = try Self.sample()
        var entries: [(name: String, contents: [UInt8])] = tree.entries().map { ($0.name, $0.bytes?.array ?? []) }
        entries[entries.count - 1].contents = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let read = try FileTree(archive: StateBytes(ZipFile.bytes(entries, isCompressed: true)))
        #expect(try read == FileTree(archive: StateBytes(ZipFile.bytes(entries))))
        // Each is small enough to be believed.
        let zeros = (0..<2_000).map { (name: "\($0)", contents: [UInt8](repeating: 0, count: 1 << 16)) }
        let error = try #require(throws: StateError.self) {
            try FileTree(archive: StateBytes(ZipFile.bytes(zeros, isCompressed: true)))
        }
        #expect(error.code == .outOfRange)
    }

    @Test("A size that is not that of the bytes is refused before there is memory for it")
    func hugeClaim() throws {
        var tree = FileTree()
        try tree.insert(StateBytes([1, 2]), at: "entry")
        var bytes = try tree.archive()
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
        for offset in [24, 25, 26, 27] { bytes[start + offset] = 0xfe }
        #expect(throws: StateError.self) { try FileTree(archive: StateBytes(bytes)) }
    }
}
