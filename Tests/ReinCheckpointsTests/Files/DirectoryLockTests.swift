import Dispatch
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

@Suite("The lock of a directory", .timeLimit(.minutes(30)))
struct DirectoryLockTests {
    @Test("One has it at a time, and the other is told who; it can be taken again afterwards")
    func oneOwner() throws {
        let directory = try TemporaryDirectory()
        let lock = try DirectoryLock(on: directory.path)
        #expect(lock.isEffective)
        let error = try #require(throws: StateError.self) { try DirectoryLock(on: directory.path) }
        #expect(error.code == .inUse)
        #expect(error.path == directory.path)
        #expect(error.message.contains("process \(getpid()) "))
        lock.release()
        #expect(directory.names == [])
        let again = try DirectoryLock(on: directory.path)
        lock.release()
        #expect(throws: StateError.self) { try DirectoryLock(on: directory.path) }
        again.release()
    }

    @Test("It stays with a directory that is moved, and not with a copy")
    func moves() throws {
        let directory = try TemporaryDirectory()
        let (before, after) = (directory.path("before"), directory.path("after"))
        try #require(mkdir(before, 0o777) == 0)
        let lock = try DirectoryLock(on: before)
        try #require(rename(before, after) == 0)
        #expect(throws: StateError.self) { try DirectoryLock(on: after) }
        try #require(mkdir(before, 0o777) == 0)
        try overwrite("\(before)/\(DirectoryLock.fileName)", contents(after)[DirectoryLock.fileName] ?? [])
        #expect(DirectoryLock.owner(of: before) == nil)
        _ = try DirectoryLock(on: before)
        lock.release()
        #expect(try contents(after) == [:])
    }

    @Test("Whoever asks who has it takes nothing, and leaves nothing")
    func asking() throws {
        let directory = try TemporaryDirectory()
        #expect(DirectoryLock.owner(of: directory.path) == nil)
        #expect(directory.names == [])
        let lock = try DirectoryLock(on: directory.path)
        #expect(DirectoryLock.owner(of: directory.path) == .current)
        #expect(DirectoryLock.owner(of: directory.path)?.processID == Int(getpid()))
        lock.release()
        #expect(DirectoryLock.owner(of: directory.path("nothing")) == nil)
    }

    @Test("What a killed process left in the file is in nobody's way", arguments: ["", "123\nelsewhere\n", "\0\0\0\n"])
    func staleFile(_ text: String) throws {
        let directory = try TemporaryDirectory()
        try overwrite(directory.path(DirectoryLock.fileName), Array(text.utf8))
        #expect(DirectoryLock.owner(of: directory.path) == nil)
        let lock = try DirectoryLock(on: directory.path)
        #expect(DirectoryLock.owner(of: directory.path) == .current)
        lock.release()
    }

    @Test("A process of another machine is named with it")
    func otherMachine() {
        #expect(DirectoryLock.Owner(processID: 7, host: "far away").description == "process 7 on far away")
        #expect(DirectoryLock.Owner(processID: 7, host: DirectoryLock.Owner.current.host).description == "process 7")
        #expect(DirectoryLock.Owner(processID: nil, host: nil).description == "another process")
    }

    @Test("What is in the place of the file and is none is named, and waited for by nobody", arguments: 0..<3)
    func noFile(_ kind: Int) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(DirectoryLock.fileName)
        let made =
            switch kind {
            case 0: mkfifo(path, 0o666)
            case 1: symlink("elsewhere", path)
            default: mkdir(path, 0o777)
            }
        try #require(made == 0)
        let error = try #require(throws: StateError.self) { try DirectoryLock(on: directory.path) }
        #expect(error.code == .malformed)
        #expect(error.path == path)
        #expect(DirectoryLock.owner(of: directory.path) == nil)
        #expect(directory.names == [DirectoryLock.fileName])
    }

    @Test("Of many who want it at once, never two have it, though its file comes and goes")
    func contention() throws {
        let directory = try TemporaryDirectory()
        let owners = Atomic(0)
        let turns = Atomic(0)
        let collisions = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<500 {
                guard let lock = try? DirectoryLock(on: directory.path) else { continue }
                if owners.add(1, ordering: .relaxed).newValue != 1 { collisions.add(1, ordering: .relaxed) }
                turns.add(1, ordering: .relaxed)
                owners.subtract(1, ordering: .relaxed)
                lock.release()
            }
        }
        #expect(collisions.load(ordering: .relaxed) == 0)
        #expect(turns.load(ordering: .relaxed) > 0)
        #expect(directory.names == [])
    }
}
