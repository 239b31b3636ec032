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

@Suite("What killed writers leave", .timeLimit(.minutes(30)))
struct RemainsTests {
    private typealias Writing = CheckpointWriterTests

    @Test("It is removed, wherever they were killed", arguments: Writing.stages, [false, true])
    func removal(stage: Int, replaces: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        if replaces { try Writing.write(to: path, step: 1, replacingExisting: false) }
        #expect(throws: StateError.self) {
            try Writing.stopping(after: stage, by: .kill) {
                try Writing.write(to: path, step: 2, replacingExisting: replaces)
            }
        }
        let isRenamed = stage == Writing.stages.upperBound
        let expected = replaces || isRenamed ? ["c"] : []
        // A program that another test starts at this moment has the writer's lock until it is itself.
        for _ in 0..<1_000 {
            CheckpointDirectory.removeRemains(in: directory.path)
            if directory.names == expected { break }
            usleep(10_000)
        }
        #expect(directory.names == expected)
        #expect(try Writing.step(at: path) == (isRenamed ? 2 : replaces ? 1 : nil))
    }

    @Test("The first writer in a directory removes what is there")
    func firstWriter() throws {
        let directory = try TemporaryDirectory()
        let remains = directory.path(".other.partial-1-1")
        try #require(mkdir(remains, 0o777) == 0 && mkdir("\(remains)/policies", 0o777) == 0)
        try overwrite("\(remains)/policies/x", [1])
        // Another directory, gone by now, may have had the same number on the disk.
        Remains.note(in: try Directory(opening: directory.path))
        try Writing.write(to: directory.path("c"), step: 1, replacingExisting: false)
        #expect(directory.names == ["c"])
    }

    @Test("What a live writer works on stays, at every stage")
    func liveWriter() throws {
        let directory = try TemporaryDirectory()
        let passed = Atomic(0)
        let path = directory.path
        try CheckpointWriter.$interruption.withValue({ _ in
            passed.add(1, ordering: .relaxed)
            CheckpointDirectory.removeRemains(in: path)
            return nil
        }) {
            try Writing.write(to: directory.path("c"), step: 1, replacingExisting: false)
            try Writing.write(to: directory.path("c"), step: 2, replacingExisting: true)
        }
        #expect(passed.load(ordering: .relaxed) == 2 * Writing.stages.count)
        #expect(try Writing.step(at: directory.path("c")) == 2)
        #expect(directory.names == ["c"])
    }

    @Test("Writers and those who clean up are never in each other's way")
    func race() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        let isDone = Atomic(false)
        let failures = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 3) { worker in
            if worker == 2 {
                while !isDone.load(ordering: .relaxed) { CheckpointDirectory.removeRemains(in: path) }
                return
            }
            for step in 0..<60 {
                do {
                    try CheckpointDirectory.writePolicy(
                        to: "\(path)/c\(worker)-\(step)", format: .native, policy: ["step": .int(Int64(step))],
                        synchronizing: false)
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
            if worker == 0 { isDone.store(true, ordering: .relaxed) }
        }
        CheckpointDirectory.removeRemains(in: path)
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(directory.names.count == 120)
        for name in directory.names { try CheckpointDirectory(opening: directory.path(name)).verify() }
    }

    @Test("A hidden name that is taken, as by the same number on another machine, is not used")
    func takenName() throws {
        let directory = try TemporaryDirectory()
        let name = TemporaryName.next(for: "c")
        let number = try #require(name.split(separator: "-").last.flatMap { Int($0) })
        // Files, so that they are no remains of checkpoints.
        for next in 1...400 { try overwrite(directory.path(".c.partial-\(getpid())-\(number + next)"), []) }
        try Writing.write(to: directory.path("c"), step: 1, replacingExisting: false)
        #expect(try Writing.step(at: directory.path("c")) == 1)
        #expect(directory.names.count == 401)
    }

    @Test("Unfinished files go with them if they are named, and nothing else does")
    func files() throws {
        let directory = try TemporaryDirectory()
        let others = ["a.json", "a.json.partial-", "a.json.partial-x", "a.json.partial-1-2", "b.json.partial-1"]
        for name in others + ["a.json.partial-17"] { try overwrite(directory.path(name), [1]) }
        CheckpointDirectory.removeRemains(in: directory.path, andOf: ["a.json"])
        #expect(directory.names == others.sorted())
    }

    @Test("A checkpoint is removed whole, and nothing else is")
    func removingCheckpoints() throws {
        let directory = try TemporaryDirectory()
        try Writing.write(to: directory.path("c"), step: 1, replacingExisting: false)
        try #require(mkdir(directory.path("d"), 0o777) == 0)
        try CheckpointDirectory.remove(at: directory.path("c") + "/")
        #expect(directory.names == ["d"])
        for name in ["c", "d"] {
            let error = try #require(throws: StateError.self) {
                try CheckpointDirectory.remove(at: directory.path(name))
            }
            #expect(error.code == .notFound)
        }
        #expect(directory.names == ["d"])
    }
}
