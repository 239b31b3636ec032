public import ReinCheckpoints
import Synchronization

/// What every storage has to do, whatever it stands on: each check is to be run on an empty one.
public struct StorageCheck: Sendable, CustomStringConvertible {
    /// What is checked, in words.
    public let name: String
    private let body: @Sendable (any Storage) throws -> Void

    /// What a storage did that it must not.
    public struct Failure: Error, CustomStringConvertible {
        /// What was found.
        public let description: String
    }

    /// Runs the check.
    ///
    /// - Throws: `Failure`, or an error of the storage.
    public func run(on storage: any Storage) throws { try body(storage) }

    /// What is checked, in words.
    public var description: String { name }

    /// All checks.
    public static let all: [StorageCheck] = [
        StorageCheck("An object is there with its bytes after it was written, and not before") { storage in
            try equal(try storage.exists("a/b"), false, "exists")
            try fails(.notFound) { _ = try storage.read("a/b", range: 0..<4) }
            try equal(try storage.list(), [], "list")
            try storage.write(StorageContents([1, 2, 3]), to: "a/b")
            try equal(try storage.exists("a/b"), true, "exists")
            try equal(try storage.read("a/b", limit: 3), [1, 2, 3], "bytes")
            try equal(try storage.list(), [StorageEntry(key: "a/b", size: 3)], "list")
        },
        StorageCheck("A range reaches as far as there are bytes") { storage in
            try storage.write(StorageContents(Array(0..<100)), to: "x")
            for range in [0..<1, 0..<100, 99..<100, 10..<20, 90..<1_000, 0..<Int.max, 100..<200, 500..<501, 7..<7] {
                let expected = Array((0..<100).filter(range.contains).map(UInt8.init))
                try equal(try storage.read("x", range: range), expected, "\(range)")
            }
            try fails(.outOfRange) { _ = try storage.read("x", limit: 99) }
        },
        StorageCheck("An object may be empty") { storage in
            try storage.write(StorageContents([]), to: "nothing")
            try equal(try storage.exists("nothing"), true, "exists")
            try equal(try storage.read("nothing", range: 0..<10), [], "bytes")
            try equal(try storage.list(), [StorageEntry(key: "nothing", size: 0)], "list")
        },
        StorageCheck("Writing replaces, and deleting twice is no error") { storage in
            try storage.write(StorageContents([1, 2, 3]), to: "a")
            try storage.write(StorageContents([4]), to: "a")
            try equal(try storage.read("a", limit: 10), [4], "bytes")
            try storage.delete("a")
            try storage.delete("a")
            try storage.delete("never/was")
            try equal(try storage.exists("a"), false, "exists")
            try equal(try storage.list(), [], "list")
        },
        StorageCheck("A listing is recursive, sorted by bytes, and of one folder") { storage in
            let keys = ["b/2", "a", "b/10", "b/c/d/e", "bb/x", "B", "é", "b-x", "b.y", "z/\u{1f600}"]
            for (index, key) in keys.enumerated() {
                try storage.write(StorageContents(Array(repeating: 7, count: index)), to: key)
            }
            let all = try storage.list()
            let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            try equal(all.map(\.key), sorted, "keys")
            try equal(all.map(\.size), sorted.map { keys.firstIndex(of: $0) ?? -1 }, "sizes")
            try equal(try storage.list("b").map(\.key), ["b/10", "b/2", "b/c/d/e"], "the keys of a folder")
            try equal(try storage.list("b/c").map(\.key), ["b/c/d/e"], "the keys of a folder in one")
            try equal(try storage.list("nowhere"), [], "a folder that is not there")
        },
        StorageCheck("Odd names are kept to the byte") { storage in
            let keys = [
                "with space", "plus+and%25percent%", "quote\"'", "<xml>&amp;", "a=b&c=d", "q?x#y", "tilde~",
                "semi;colon",
                "back\\slash", "star*(1)!", "comma,at@colon:", "caf\u{e9}", "cafe\u{301}", "\u{65e5}\u{672c}/\u{1f600}",
                "...", "a..b/..c", "-", "trailing.", "[x]{y}|z^`$",
            ]
            for (index, key) in keys.enumerated() { try storage.write(StorageContents([UInt8(index)]), to: key) }
            for (index, key) in keys.enumerated() {
                try equal(try storage.read(key, limit: 1), [UInt8(index)], key)
                try equal(try storage.exists(key), true, key)
            }
            let found = try storage.list().map { Array($0.key.utf8) }
            try equal(Set(found), Set(keys.map { Array($0.utf8) }), "keys")
            for key in keys { try storage.delete(key) }
            try equal(try storage.list(), [], "list")
        },
        StorageCheck("Names that are none are refused by every operation") { storage in
            let long = String(repeating: "x", count: StorageKey.maximumLength + 1)
            for key in ["../x", "/etc/passwd", "a//b", "a/./b", "..", "a/../../b", "a/", "nul\0", long] {
                try fails(.malformed) { _ = try storage.read(key, range: 0..<1) }
                try fails(.malformed) { try storage.write(StorageContents([1]), to: key) }
                try fails(.malformed) { try storage.delete(key) }
                try fails(.malformed) { _ = try storage.exists(key) }
                try fails(.malformed) { _ = try storage.list(key) }
            }
            try fails(.malformed) { try storage.delete("") }
            try equal(try storage.list(), [], "list")
        },
        StorageCheck("A folder is no object") { storage in
            try storage.write(StorageContents([1]), to: "a/b/c")
            try equal(try storage.exists("a/b"), false, "exists")
            try fails(.notFound) { _ = try storage.read("a/b", range: 0..<1) }
            try storage.delete("a/b")
            try equal(try storage.exists("a/b/c"), true, "exists")
            try equal(try storage.exists("a/b/c/d"), false, "exists below an object")
            try storage.delete("a/b/c/d")
            try storage.delete("a/b/c")
            try equal(try storage.list("a"), [], "list")
        },
        StorageCheck("Large objects are whole, and read piece by piece") { storage in
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
            try storage.write(StorageContents(bytes), to: "large")
            var read: [UInt8] = []
            while true {
                let piece = try storage.read("large", range: read.count..<(read.count + 700_001))
                if piece.isEmpty { break }
                read += piece
            }
            try equal(read == bytes, true, "bytes")
        },
        StorageCheck("What is cancelled or late does nothing") { storage in
            try storage.write(StorageContents([1]), to: "a")
            let deadlines: [(StorageDeadline, StateError.Code)] = [
                (StorageDeadline(after: .seconds(60)) { true }, .cancelled), (StorageDeadline(after: .zero), .timedOut),
            ]
            for (deadline, code) in deadlines {
                try fails(code) { try storage.write(StorageContents([2]), to: "a", by: deadline) }
                try fails(code) { try storage.delete("a", by: deadline) }
                try fails(code) { _ = try storage.read("a", range: 0..<1, by: deadline) }
                try fails(code) { _ = try storage.exists("a", by: deadline) }
                try fails(code) { _ = try storage.list("", by: deadline) }
            }
            try equal(try storage.read("a", limit: 1), [1], "bytes")
        },
        StorageCheck("Writing stops in the middle when it is cancelled, and leaves the old object") { storage in
            try storage.write(StorageContents([1]), to: "a")
            let asked = Counter()
            let deadline = StorageDeadline(after: nil) { asked.next() > 3 }
            let bytes = [UInt8](repeating: 5, count: 8_000_000)
            try withTemporaryDirectory { directory in
                try LocalFile.replace("\(directory)/large", with: String(decoding: bytes, as: UTF8.self))
                let contents = try StorageContents(file: "\(directory)/large")
                try fails(.cancelled) { try storage.write(contents, to: "a", by: deadline) }
            }
            try equal(try storage.read("a", limit: 1), [1], "bytes")
            try equal(try storage.list().count, 1, "objects")
        },
    ]

    init(_ name: String, _ body: @escaping @Sendable (any Storage) throws -> Void) {
        self.name = name
        self.body = body
    }

    private static func equal<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
        guard found != expected else { return }
        throw Failure(description: "\(what): expected \(expected), found \(found)")
    }

    private static func fails(_ code: StateError.Code, _ body: () throws -> Void) throws {
        do { try body() } catch let error as StateError {
            if error.code != code { throw Failure(description: "expected \(code), found \(error.code): \(error)") }
            return
        }
        throw Failure(description: "expected \(code), and nothing was thrown")
    }
}

/// Counts calls, from any thread.
public final class Counter: Sendable {
    private let calls = Mutex(0)

    /// Starts at 0.
    public init() {}

    /// The number of calls, this one included.
    public func next() -> Int {
        calls.withLock { calls in
            calls += 1
            return calls
        }
    }

    /// The number of calls so far.
    public var count: Int { calls.withLock { $0 } }
}
