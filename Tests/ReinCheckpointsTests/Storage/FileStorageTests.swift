import ReinTestSupport
import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct FileStorageTests {
    let directory: TemporaryDirectory
    let storage: FileStorage

    init() throws {
        directory = try TemporaryDirectory()
        storage = try FileStorage(directory: directory.path("root"))
        try storage.write(StorageContents([1]), to: "folder/file")
    }

    @Test("Links inside are not followed, to files or to folders")
    func links() throws {
        let outside = directory.path("outside")
        try #require(mkdir(outside, 0o777) == 0)
        try overwrite("\(outside)/secret", [42])
        let made = symlink(outside, directory.path("root/linked"))
        try #require(made == 0 && symlink("\(outside)/secret", directory.path("root/link")) == 0)
        for key in ["link", "linked/secret", "linked/new"] {
            let errors = [
                stateError { _ = try storage.read(key, range: 0..<1) },
                stateError { _ = try storage.exists(key) },
                stateError { try storage.delete(key) },
            ]
            for error in errors {
                #expect(error?.code == .malformed)
                #expect(error?.message.contains("symbolic link") == true)
            }
        }
        #expect(stateError { try storage.write(StorageContents([7]), to: "linked/new") }?.code == .malformed)
        #expect(stateError { _ = try storage.list() }?.message.contains("not followed") == true)
        // A link in the place of an object is replaced, not written through.
        try storage.write(StorageContents([7]), to: "link")
        #expect(try contents(outside) == ["secret": [42]])
        #expect(try storage.read("link", limit: 1) == [7])
    }

    @Test("Pipes and names that are not UTF-8 are errors that name them")
    func oddFiles() throws {
        let pipe = directory.path("root/pipe")
        try #require(mkfifo(pipe, 0o666) == 0)
        #expect(stateError { _ = try storage.list() }?.message == "is a pipe, not a file")
        #expect(stateError { _ = try storage.read("pipe", range: 0..<1) }?.message == "is a pipe, not a file")
        unlink(pipe)
        var name = directory.path("root/x").utf8CString
        name.insert(CChar(bitPattern: 0xff), at: name.count - 1)
        let file: Int32 = name.withUnsafeBufferPointer {
            $0.baseAddress.map { open($0, O_WRONLY | O_CREAT, 0o666) } ?? -1
        }
        try #require(file >= 0)
        close(file)
        #expect(stateError { _ = try storage.list() }?.message == "is a name that is not UTF-8")
    }

    @Test("Deleting removes folders that are empty then, and not the root")
    func emptyFolders() throws {
        try storage.write(StorageContents([1]), to: "folder/deep/er/file")
        try storage.delete("folder/deep/er/file")
        #expect(try Directory(opening: directory.path("root/folder")).names() == ["file"])
        try storage.delete("folder/file")
        #expect(try Directory(opening: directory.path("root")).names() == [])
    }

    @Test("A file in the place of a folder, and the other way round, are clear errors")
    func wrongKinds() throws {
        let below = stateError { try storage.write(StorageContents([1]), to: "folder/file/x") }
        #expect(below?.message.contains("no directory") == true)
        let above = stateError { try storage.write(StorageContents([1]), to: "folder") }
        #expect(above?.path == directory.path("root/folder"))
        #expect(try contents(directory.path("root")) == ["folder/file": [1]])
    }

    @Test("A file that changes while it is written is not written")
    func changedFile() throws {
        let path = directory.path("source")
        try overwrite(path, Array(repeating: 1, count: 1_000))
        let contents = try StorageContents(file: path)
        let file = open(path, O_WRONLY)
        try #require(file >= 0)
        try #require(pwrite(file, "x", 1, 500) == 1)
        close(file)
        #expect(stateError { try storage.write(contents, to: "copy") }?.code == .checksumMismatch)
        let memory = try StorageSchemes.storage(at: "memory://changed-file")
        #expect(stateError { try memory.write(contents, to: "copy") }?.code == .checksumMismatch)
        #expect(try storage.list().map(\.key) == ["folder/file"])
        #expect(try memory.list() == [])
    }

    @Test("Several threads write one object, which is always one of theirs")
    func threads() async throws {
        let storage = storage
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for _ in 0..<20 {
                        try storage.write(
                            StorageContents(Array(repeating: UInt8(writer), count: 10_000)), to: "shared/x")
                        let bytes = try storage.read("shared/x", limit: 10_000)
                        #expect(bytes.count == 10_000 && Set(bytes).count == 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Directory(opening: directory.path("root/shared")).names() == ["x"])
    }
}
