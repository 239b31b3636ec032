import Dispatch
import ReinTestSupport
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

@Suite("Writing is all or nothing")
struct CheckpointWriterTests {
    static let policies: [(PolicyID, StateTree)] = [
        ("a", SampleCheckpoint.policy(1)), ("b", SampleCheckpoint.policy(2)),
    ]

    static func write(to path: String, step: Int64, replacingExisting: Bool) throws(StateError) {
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: .native, algorithm: ["step": .int(step)], policies: policies,
            replays: ["a": .omitted, "b": .included(SampleCheckpoint.policy(3))],
            replacingExisting: replacingExisting)
    }

    /// The step of the checkpoint at `path`, nil if there is none. Whatever is there must be whole.
    static func step(at path: String) throws -> Int? {
        guard try CheckpointDirectory.exists(at: path) else { return nil }
        let checkpoint = try CheckpointDirectory(opening: path)
        try checkpoint.verify()
        return try StateReader(try checkpoint.algorithmState()).int("step")
    }

    /// Stops the writer when it has reached so many stages.
    static func stopping(
        after count: Int, by interruption: CheckpointWriter.Interruption, _ body: () throws -> Void
    ) rethrows {
        let passed = Atomic(0)
        try CheckpointWriter.$interruption.withValue(
            { _ in passed.add(1, ordering: .relaxed).newValue == count ? interruption : nil },
            operation: body)
    }

    /// Begun; two files for each policy; the replay of one; the state, the manifest; complete; renamed.
    static let stages = 1...10

    @Test("A failure anywhere leaves nothing, or the old checkpoint", arguments: stages, [false, true])
    func failures(stage: Int, replaces: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        if replaces { try Self.write(to: path, step: 1, replacingExisting: false) }
        #expect(throws: StateError.self) {
            try Self.stopping(after: stage, by: .failure) {
                try Self.write(to: path, step: 2, replacingExisting: replaces)
            }
        }
        let isRenamed = stage == Self.stages.upperBound
        #expect(try Self.step(at: path) == (isRenamed ? 2 : replaces ? 1 : nil))
        #expect(directory.names == (replaces || isRenamed ? ["c"] : []))
    }

    @Test(
        "A process killed anywhere leaves no false checkpoint, and the next writer succeeds", arguments: stages,
        [false, true])
    func kills(stage: Int, replaces: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        if replaces { try Self.write(to: path, step: 1, replacingExisting: false) }
        #expect(throws: StateError.self) {
            try Self.stopping(after: stage, by: .kill) {
                try Self.write(to: path, step: 2, replacingExisting: replaces)
            }
        }
        let isRenamed = stage == Self.stages.upperBound
        #expect(try Self.step(at: path) == (isRenamed ? 2 : replaces ? 1 : nil))
        // Whatever else is there is neither a checkpoint nor in the way.
        for name in directory.names where name != "c" {
            #expect(try !CheckpointDirectory.exists(at: directory.path(name)))
            let error = try #require(throws: StateError.self) {
                try CheckpointDirectory(opening: directory.path(name) + "/")
            }
            #expect(error.message.contains("never finished"))
        }
        try Self.write(to: path, step: 3, replacingExisting: true)
        #expect(try Self.step(at: path) == 3)
    }

    @Test("There are no more stages")
    func lastStage() throws {
        let directory = try TemporaryDirectory()
        try Self.stopping(after: Self.stages.upperBound + 1, by: .failure) {
            try Self.write(to: directory.path("c"), step: 2, replacingExisting: false)
        }
        #expect(try Self.step(at: directory.path("c")) == 2)
    }

    /// Several at a time, in an order that is not that of the numbers.
    static let concurrently = LoopExecutor { count, body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: count) { body(count - 1 - $0) }
    }

    @Test("Policies that are written several at a time make the same files", arguments: CheckpointFormat.allCases)
    func concurrentWriting(format: CheckpointFormat) throws {
        let directory = try TemporaryDirectory()
        let ids = try (0..<40).map { try PolicyID("pol\($0)") }
        for (name, executor) in [("a", LoopExecutor.oneByOne), ("b", Self.concurrently)] {
            try CheckpointDirectory.writeAlgorithm(
                to: directory.path(name), format: format, algorithm: { StateFile(["step": 1]) }, policies: ids,
                by: executor
            ) { index in
                let state = SampleCheckpoint.policy(index)
                let replay: ReplayState = index % 3 == 0 ? .included(state) : index % 3 == 1 ? .omitted : .none
                return PolicyContents(StateFile(state), replay: replay)
            }
            try CheckpointDirectory(opening: directory.path(name)).verify()
        }
        let same = try files(below: directory.path("a")) == files(below: directory.path("b"))
        #expect(same)
    }

    @Test("What cannot be written is named by the path that was asked for, and a place in a state behind it")
    func failureNames() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        for format in CheckpointFormat.allCases {
            let error = try #require(
                stateError {
                    try CheckpointDirectory.writeAlgorithm(
                        to: path, format: format, algorithm: [:],
                        policies: [("a", ["deep": SampleTrees.nested(StateTree.maximumDepth)])])
                })
            #expect(error.path.hasPrefix("\(path)/policies/a/policy_state.\(format.fileExtension)/deep/"))
            #expect(!error.description.contains("partial"))
        }
        let missing = directory.path("missing/c")
        let error = try #require(stateError { try Self.write(to: missing, step: 1, replacingExisting: false) })
        #expect(error.path == missing && error.code == .notFound)
        #expect(directory.names == [])
    }

    @Test("Of several policies that cannot be written the first is named, and nothing is left")
    func concurrentFailure() throws {
        let directory = try TemporaryDirectory()
        let ids = try (0..<40).map { try PolicyID("pol\($0)") }
        for executor in [LoopExecutor.oneByOne, Self.concurrently] {
            let error = try #require(throws: StateError.self) {
                try CheckpointDirectory.writeAlgorithm(
                    to: directory.path("c"), format: .native, algorithm: { StateFile([:]) }, policies: ids,
                    by: executor
                ) { index throws(StateError) in
                    if index == 39 { throw StateError(.outOfRange, "no state", path: "\(index)") }
                    return PolicyContents(StateFile(SampleCheckpoint.policy(index)))
                }
            }
            #expect(error.path == "39")
            #expect(directory.names == [])
        }
    }

    @Test("An existing destination is an error, and stays as it is")
    func existing() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        try Self.write(to: path, step: 1, replacingExisting: false)
        let before = try contents(path)
        for destination in [path, path + "/", path + "//"] {
            let error = try #require(throws: StateError.self) {
                try Self.write(to: destination, step: 2, replacingExisting: false)
            }
            #expect(error.code == .alreadyExists)
        }
        #expect(try contents(path) == before)
        #expect(directory.names == ["c"])
    }

    @Test("Only a checkpoint or an empty directory is replaced")
    func replacing() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        try #require(mkdir(path, 0o700) == 0)
        try Self.write(to: path, step: 1, replacingExisting: true)
        try Self.write(to: path + "/", step: 2, replacingExisting: true)
        #expect(try Self.step(at: path) == 2)
        #expect(directory.names == ["c"])

        let home = directory.path("home")
        try #require(mkdir(home, 0o700) == 0)
        try overwrite(home + "/diary", [1])
        let link = directory.path("link")
        try #require(symlink(path, link) == 0)
        for taken in [home, home + "/diary", link] {
            let error = try #require(throws: StateError.self) {
                try Self.write(to: taken, step: 3, replacingExisting: true)
            }
            #expect(error.code == .alreadyExists)
        }
        #expect(try contents(home) == ["diary": [1]])
        #expect(try Self.step(at: path) == 2)
    }

    @Test("A destination that can be no directory is refused")
    func impossible() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "x", count: 300)
        for path in ["", "/", ".", "..", directory.path("none/c"), directory.path(".."), directory.path(long), "a\0b"] {
            #expect(throws: StateError.self) { try Self.write(to: path, step: 1, replacingExisting: false) }
        }
        #expect(throws: StateError.self) {
            try Self.write(to: directory.path(".c.partial-1-1"), step: 1, replacingExisting: false)
        }
        #expect(directory.names == [])
        try Self.write(to: directory.path(String(repeating: "é", count: 120)), step: 1, replacingExisting: false)
    }

    @Test("Names of unfinished directories are told from others")
    func names() {
        #expect(TemporaryName.matches(TemporaryName.next(for: "c")))
        #expect(TemporaryName.matches(".a.b.partial-12-3"))
        for name in [
            "c", ".c", "c.partial-1-1", ".c.partial-1", ".c.partial-1-x", ".c.partial-1-1-1", ".c.partial-1-1.x",
        ] {
            #expect(!TemporaryName.matches(name))
        }
    }
}
