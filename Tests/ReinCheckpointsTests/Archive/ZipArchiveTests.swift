import Foundation
import ReinTestSupport
import Testing

@testable import ReinCheckpoints

@Suite("Zip archives from anywhere")
struct ZipArchiveTests {
    static let entries: [(name: String, contents: [UInt8])] = [
        ("first", Array("some text, some text, some text".utf8)), ("folder/second", []),
        ("third", noise(100_000)),
    ]

    /// Bytes that cannot become smaller.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    @Test("Entries are read, stored or compressed, from memory and from a file", arguments: [false, true])
    func reading(isCompressed: Bool) throws {
        let bytes = try ZipFile.bytes(Self.entries, isCompressed: isCompressed)
        try withFile(bytes) { path in
            for archive in [try ZipArchive(bytes), try ZipArchive(opening: path)] {
                #expect(Set(archive.entries.keys) == ["first", "folder/second", "third"])
                for (name, contents) in Self.entries {
                    let same = try archive.read(name, limit: 100_000) == contents
                    #expect(same)
                }
                #expect(stateError { _ = try archive.read("fourth", limit: 1) }?.code == .missingKey)
                #expect(stateError { _ = try archive.read("third", limit: 99_999) }?.code == .outOfRange)
            }
        }
    }

    @Test("An entry that claims to hold far more than its bytes can is refused")
    func bombs() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 24)
        let archive = try ZipArchive(try ZipFile.bytes([("zeros", zeros)], isCompressed: true))
        #expect(stateError { _ = try archive.read("zeros", limit: 1 << 30) }?.code == .malformed)
        // Some bytes that cannot become smaller among those that can: 6 and 26 times smaller in all.
        for (count, code) in [(200_000, nil), (40_000, .malformed)] as [(Int, StateError.Code?)] {
            let mixed = [("mixed", Self.noise(count) + zeros.prefix(1 << 20))]
            let archive = try ZipArchive(try ZipFile.bytes(mixed, isCompressed: true))
            #expect(stateError { _ = try archive.read("mixed", limit: 1 << 30) }?.code == code)
            let stored = try ZipArchive(try ZipFile.bytes(mixed))
            #expect(stateError { _ = try stored.read("mixed", limit: 1 << 30) } == nil)
        }
    }

    @Test("Where nothing is compressed, what is compressed is refused")
    func compression() throws {
        for isCompressed in [false, true] {
            let bytes = try ZipFile.bytes([("first", Self.entries[0].contents)], isCompressed: isCompressed)
            let error = stateError { _ = try ZipArchive(bytes, allowsCompression: false).read("first", limit: 1000) }
            #expect(error?.code == (isCompressed ? .unsupportedFormat : nil))
        }
    }

    @Test("Sizes that are changed in the directory are noticed")
    func sizes() throws {
        let bytes = try ZipFile.bytes([("entry", [UInt8](repeating: 7, count: 1000))])
        let directory = try #require(Data(bytes).range(of: Data([0x50, 0x4b, 1, 2]))).lowerBound
        // Packed size at 20, size at 24, four bytes each.
        for (place, size) in [(24, 999), (24, 1001), (24, 0xffff_fffe), (20, 999), (20, 0xffff_fffe)] as [(Int, UInt32)]
        {
            var changed = bytes
            for index in 0..<4 { changed[directory + place + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
            #expect(throws: StateError.self) { try ZipArchive(changed).read("entry", limit: .max) }
        }
    }

    @Test("Names that lead out of the archive or that no message could show are refused")
    func names() throws {
        for name in ["/absolute", "../up", "a/../b", "back\\slash", "bell\u{7}", String(repeating: "x", count: 300)] {
            let bytes = try ZipFile.bytes([(name, [1])])
            #expect(throws: StateError.self) { try ZipArchive(bytes) }
        }
    }

    @Test("A name that is there twice is refused")
    func twice() throws {
        var bytes = try ZipFile.bytes([("one", [1]), ("two", [2])])
        while let range = Data(bytes).range(of: Data("two".utf8)) {
            bytes.replaceSubrange(range.lowerBound..<range.upperBound, with: "one".utf8)
        }
        #expect(throws: StateError.self) { try ZipArchive(bytes) }
    }

    @Test("An archive that is cut short or changed is refused or read as it was")
    func damage() throws {
        let bytes = try ZipFile.bytes(Array(Self.entries.prefix(2)), isCompressed: true)
        for count in bytes.indices { #expect(throws: StateError.self) { try ZipArchive(Array(bytes.prefix(count))) } }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x55
            guard let archive = try? ZipArchive(damaged) else { continue }
            for (name, contents) in Self.entries.prefix(2) {
                if let read = try? archive.read(name, limit: 1000) {
                    let same = read == contents
                    #expect(same)
                }
            }
        }
    }

    @Test("What is no regular file is refused and not waited for")
    func special() throws {
        try withTemporaryDirectory { directory in
            mkfifo(directory + "/pipe", 0o600)
            for path in [directory, directory + "/pipe", directory + "/nothing", "/dev/zero"] {
                #expect(throws: StateError.self) { try ZipArchive(opening: path) }
                #expect(throws: StateError.self) { try LocalFile.read(path, limit: 10) }
            }
        }
        try withFile([1, 2, 3]) { path in
            let same = try LocalFile.read(path, limit: 3) == [1, 2, 3]
            #expect(same)
            #expect(stateError { _ = try LocalFile.read(path, limit: 2) }?.code == .outOfRange)
            #expect(stateError { _ = try ZipArchive(opening: path) }?.code == .malformed)
        }
    }
}
