import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Files that are read")
struct RegularFileTests {
    @Test("What is no file is refused at once, and the error says what it is")
    func kinds() throws {
        let directory = try TemporaryDirectory()
        try #require(mkfifo(directory.path("pipe"), 0o600) == 0)
        try #require(mkdir(directory.path("folder"), 0o700) == 0)
        try #require(symlink("/dev/zero", directory.path("device")) == 0)
        let socket = try Self.socket(at: directory.path("socket"))
        defer { close(socket) }
        for (name, words) in [
            ("pipe", "is a pipe, not a file"), ("folder", "is a directory, not a file"),
            ("device", "is a device, not a file"), ("socket", "is a socket, not a file"),
        ] {
            let path = directory.path(name)
            let reading = stateError { _ = try LocalFile.read(path, limit: 100) }
            #expect(reading?.description == "\(path): \(words)")
            let lines = stateError { _ = try LineReader(opening: path, limit: 100).count }
            #expect(lines?.description == "\(path): \(words)")
            let appending = stateError { _ = try LineFile(appendingTo: path) }
            #expect(appending?.description == "\(path): \(words)")
        }
        let inside = stateError { _ = try Directory(opening: directory.path).read("device", limit: 100) }
        #expect(inside?.message == "is a symbolic link, not a file, which is not followed")
        let missing = stateError { _ = try LocalFile.read(directory.path("missing"), limit: 100) }
        #expect(missing?.code == .notFound)
    }

    @Test("A file above the limit is refused by its size, before it is read")
    func limit() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("large")
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        try #require(ftruncate(file, 1 << 40) == 0)
        let error = stateError { _ = try LocalFile.read(path, limit: 1 << 20) }
        #expect(error?.description == "\(path): has 1099511627776 bytes, more than the 1048576 that are read")
        #expect(try LocalFile.totalBytes(directory.path) == 1 << 40)
    }

    @Test("A file that becomes shorter after it was opened is an error, whatever its size")
    func shortened() throws {
        let directory = try TemporaryDirectory()
        for size in [10, 3 << 20] {
            let path = directory.path("file")
            try overwrite(path, [UInt8](repeating: 7, count: size))
            let file = try RegularFile(opening: path)
            let whole = try file.bytes(limit: size)
            try #require(truncate(path, off_t(size / 2)) == 0)
            let error = stateError { _ = try file.bytes(limit: size) }
            #expect(error?.description == "\(path): became shorter while it was read")
            // What was read before is in memory of its own.
            #expect(whole.withUnsafeBytes { $0.allSatisfy { $0 == 7 } })
        }
    }

    @Test("Bytes are shown in order while they are read")
    func looking() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("file")
        let written = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        try overwrite(path, written)
        var seen: [UInt8] = []
        let bytes = try RegularFile(opening: path).bytes(limit: written.count) { seen += $0 }
        #expect(seen == written && bytes.array == written)
    }

    private static func socket(at path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        #if canImport(Glibc)
        let file = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let file = Darwin.socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        return file
    }
}

@Suite("Files of lines")
struct LineTests {
    private func lines(of text: String, limit: Int) throws -> [Result<String, StateError>] {
        let directory = try TemporaryDirectory()
        try overwrite(directory.path("file"), Array(text.utf8))
        var reader = try LineReader(opening: directory.path("file"), limit: limit)
        var lines: [Result<String, StateError>] = []
        while true {
            do throws(StateError) {
                guard let line = try reader.next() else { return lines }
                lines.append(.success(String(decoding: line, as: UTF8.self)))
            } catch {
                lines.append(.failure(error))
            }
        }
    }

    @Test("Lines are read one by one, an empty one and a last one without an end among them")
    func reading() throws {
        #expect(try lines(of: "a\n\nbc\nd", limit: 2).map { try $0.get() } == ["a", "", "bc", "d"])
        #expect(try lines(of: "", limit: 2).isEmpty)
        let long = String(repeating: "x", count: 200_000)
        #expect(try lines(of: "\(long)\n\(long)\n", limit: 200_000).map { try $0.get() } == [long, long])
    }

    @Test("A line that is too long is named, and the next one is read", arguments: [3, 100, 300_000])
    func tooLong(length: Int) throws {
        let long = String(repeating: "x", count: length)
        for end in ["\nok\n", "\nok", ""] {
            let results = try lines(of: "a\n\(long)\(end)", limit: 2)
            #expect(results.count == (end.isEmpty ? 2 : 3))
            #expect(try results[0].get() == "a")
            let error = stateError { _ = try results[1].get() }
            #expect(error?.message == "has more than the 2 bytes that a line may have")
            #expect(error?.path.hasSuffix("/file, line 2") == true)
            if !end.isEmpty { #expect(try results[2].get() == "ok") }
        }
    }

    @Test("Lines that do not stay and a last one without an end are removed; otherwise the file is left alone")
    func keeping() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("file")
        try overwrite(path, Array("0\n1\n2\n3".utf8))
        try LineFile.keepLines(of: path) { number, text in
            #expect("\(number)" == text)
            return number != 1
        }
        #expect(try readFile(path).array == Array("0\n2\n".utf8))
        var before = stat()
        var after = stat()
        stat(path, &before)
        try LineFile.keepLines(of: path) { _, _ in true }
        stat(path, &after)
        #expect(before.st_ino == after.st_ino)
        try LineFile.keepLines(of: directory.path("missing")) { _, _ in false }
        #expect(directory.names == ["file"])
    }

    @Test("Lines are appended to what is there")
    func appending() throws {
        let directory = try TemporaryDirectory()
        for line in ["first", "second"] { try LineFile(appendingTo: directory.path("file")).append(line) }
        #expect(try readFile(directory.path("file")).array == Array("first\nsecond\n".utf8))
    }
}
