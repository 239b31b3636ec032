import Testing

@testable import ReinCheckpoints

/// Archives that say of themselves what cannot be.
@Suite("Archives that want more than they have")
struct HostileArchiveTests {
    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// What describes an entry: `header` is 46 bytes and more in the directory, or 30 and more before the contents.
    private static func description(
        _ name: [UInt8], size: Int, packedSize: Int? = nil, checksum: Int = 0, extra: [UInt8] = []
    ) -> [UInt8] {
        little(20, 2) + little(0x800, 2) + little(0, 6) + little(checksum, 4)
            + little(packedSize ?? size, 4) + little(size, 4) + little(name.count, 2) + little(extra.count, 2)
    }

    private static func local(_ name: [UInt8], _ description: [UInt8], extra: [UInt8] = []) -> [UInt8] {
        little(0x0403_4b50, 4) + description + name + extra
    }

    private static func central(
        _ name: [UInt8], _ description: [UInt8], extra: [UInt8] = [], offset: Int = 0
    ) -> [UInt8] {
        little(0x0201_4b50, 4) + little(20, 2) + description + little(0, 10) + little(offset, 4) + name + extra
    }

    private static func end(entries: Int, size: Int, offset: Int) -> [UInt8] {
        little(0x0605_4b50, 4) + little(0, 4) + little(min(entries, 0xffff), 2) + little(min(entries, 0xffff), 2)
            + little(size, 4) + little(offset, 4) + little(0, 2)
    }

    /// The end of an archive with more entries than the older end has digits for.
    private static func largeEnd(entries: Int, size: Int, offset: Int) -> [UInt8] {
        let record =
            little(0x0606_4b50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) + little(entries, 8)
            + little(entries, 8) + little(size, 8) + little(offset, 8)
        let locator = little(0x0706_4b50, 4) + little(0, 4) + little(offset + size, 8) + little(1, 4)
        return record + locator + end(entries: 0xffff, size: size, offset: offset)
    }

    @Test("The test's own archive is read", arguments: [false, true])
    func plain(isLarge: Bool) throws {
        let name = Array("a".utf8)
        let description = Self.description(name, size: 0)
        let start = Self.local(name, description)
        let directory = Self.central(name, description)
        let end =
            isLarge
            ? Self.largeEnd(entries: 1, size: directory.count, offset: start.count)
            : Self.end(entries: 1, size: directory.count, offset: start.count)
        let tree = try FileTree(archive: StateBytes(start + directory + end))
        #expect(tree.names == ["a"])
    }

    @Test("An archive with more entries than are read is refused before any of them is read")
    func entries() throws {
        let count = 70_000
        let name = Array("a".utf8)
        let description = Self.description(name, size: 0)
        let start = Self.local(name, description)
        let thousand = (0..<1_000).flatMap { _ in Self.central(name, description) }
        let directory = (0..<count / 1_000).flatMap { _ in thousand }
        let end = Self.largeEnd(entries: count, size: directory.count, offset: start.count)
        let bytes = StateBytes(start + directory + end)
        let error = stateError { _ = try ZipArchive(bytes, maximumEntries: count - 1) }
        #expect(error?.description == "an archive of 70000 entries (allowed: 1 to 69999)")
        // All of them have one name.
        let twice = stateError { _ = try FileTree(archive: bytes) }
        #expect(twice?.description == "a: is in the archive twice")
        #expect(FileTree.maximumCount == 1_000_000)
    }

    @Test("A million entries that a small archive only claims are refused")
    func claimedEntries() {
        let name = Array("a".utf8)
        let description = Self.description(name, size: 0)
        let start = Self.local(name, description)
        let directory = Self.central(name, description)
        for count in [2, 1_000_000, 1 << 40, Int.max] {
            let bytes = start + directory + Self.largeEnd(entries: count, size: directory.count, offset: start.count)
            #expect(stateError { _ = try Checkpoint(bytes: bytes) } != nil, "\(count)")
        }
    }

    @Test("A kilobyte that says it is a terabyte is refused with the name", arguments: [true, false])
    func terabyte(isPacked: Bool) {
        let name = Array("weights".utf8)
        let size = 1 << 40
        // Sizes that have no room stand behind the name, the whole one first.
        let packedSize = isPacked ? 500 : size
        let extra = Self.little(1, 2) + Self.little(16, 2) + Self.little(size, 8) + Self.little(packedSize, 8)
        var description = Self.description(name, size: 0xffff_ffff, extra: extra)
        if isPacked { description[4] = 8 }
        let start = Self.local(name, description, extra: extra) + [UInt8](repeating: 0, count: 800)
        let directory = Self.central(name, description, extra: extra)
        let bytes = start + directory + Self.end(entries: 1, size: directory.count, offset: start.count)
        #expect(bytes.count < 1_200)
        let error = stateError { _ = try Checkpoint(bytes: bytes) }
        #expect(error?.path == "weights" || error?.message.hasPrefix("cannot be opened as a zip archive") == true)
    }

    @Test("Entries that all name the same bytes are not read once for each of them")
    func overlapping() {
        let content = [UInt8](repeating: 7, count: 1 << 20)
        let names = (0..<100).map { Array("f\($0)".utf8) }
        let start = Self.local(names[0], Self.description(names[0], size: content.count)) + content
        let directory = names.flatMap { Self.central($0, Self.description($0, size: content.count)) }
        let bytes = start + directory + Self.end(entries: names.count, size: directory.count, offset: start.count)
        let error = stateError { _ = try Checkpoint(bytes: bytes) }
        #expect(error?.code == .outOfRange)
        #expect(error?.path.hasPrefix("f") == true)
    }

    @Test(
        "Names that are not UTF-8 are refused",
        arguments: [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80]])
    func names(name: [UInt8]) {
        let description = Self.description(name, size: 0)
        let start = Self.local(name, description)
        let directory = Self.central(name, description)
        let bytes = start + directory + Self.end(entries: 1, size: directory.count, offset: start.count)
        #expect(stateError { _ = try Checkpoint(bytes: bytes) }?.code == .malformed)
    }
}
