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

@Suite("A folder of which the best checkpoints stay", .timeLimit(.minutes(30)))
struct CheckpointStoreTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path("trial") }

    init() throws { directory = try TemporaryDirectory() }

    private func store(keeping count: Int? = 1, by attribute: String? = "score") throws -> CheckpointStore {
        try CheckpointStore(at: path, config: CheckpointConfig(numToKeep: count, scoreAttribute: attribute))
    }

    /// Makes a folder with two files.
    private static func write(_ path: String) throws {
        guard mkdir(path, 0o777) == 0 else { throw StateError.system("make the directory", path) }
        try overwrite("\(path)/a", [1])
        guard mkdir("\(path)/inner", 0o777) == 0 else { throw StateError.system("make the directory", path) }
        try overwrite("\(path)/inner/b", [2])
    }

    @discardableResult
    private func add(_ score: Double, to store: CheckpointStore) throws -> StoredCheckpoint {
        try store.add(metrics: ["score": .double(score)]) { try Self.write($0) }
    }

    /// What lies in the folder, files of its own aside.
    private var names: [String] {
        let own = [CheckpointJournal.fileName, DirectoryLock.fileName]
        return ((try? Directory(opening: path).names()) ?? []).filter { !own.contains($0) }
    }

    private func names(_ indices: [Int]) -> [String] { indices.map { CheckpointName.name($0) } }

    @Test("The best ones and the latest stay")
    func retention() throws {
        let store = try self.store(keeping: 2)
        var onDisk: [[String]] = []
        for score in [5, 9, 1, 2, 3, 7] as [Double] {
            try add(score, to: store)
            onDisk.append(names)
        }
        #expect(onDisk == [[0], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1, 4], [1, 5]].map { names($0) })
        #expect(store.best?.index == 1)
        #expect(store.latest?.index == 5)
        #expect(store.latest?.path == "\(path)/checkpoint_000005")
        #expect(store.bestCheckpoints.map(\.metrics) == [["score": 7.0], ["score": 9.0]])
        #expect(store.nextIndex == 6)
        #expect(store.takeWarnings() == [])
    }

    @Test("Everything is there after a restart, scores that are not finite too, and no index is used again")
    func restart() throws {
        let scores = [.infinity, .nan, -.infinity, 3] as [Double]
        for score in scores { try add(score, to: store(keeping: 3)) }
        let again = try store(keeping: 3)
        #expect(again.checkpoints.map(\.index) == [0, 2, 3])
        #expect(again.bestCheckpoints.map(\.index) == [2, 3, 0])
        #expect(again.best?.metrics == ["score": .double(.infinity)])
        #expect(try again.register(again.begin(writing: Self.write), metrics: ["score": 4]) == [2])
        #expect(names == names([0, 3, 4]))
    }

    @Test("An index is not used again after every folder is gone")
    func indices() throws {
        for _ in 0..<3 { try add(1, to: store()) }
        try Directory(opening: path).remove("checkpoint_000002")
        let store = try self.store()
        #expect(store.takeWarnings() == ["\(path)/checkpoint_000002: somebody removed this checkpoint"])
        #expect(store.latest == nil)
        #expect(store.nextIndex == 3)
        #expect(try add(1, to: store).index == 3)
    }

    @Test("Fewer stay after a restart with fewer to keep, and others by another score")
    func otherSettings() throws {
        let all = try store(keeping: nil)
        for (score, other) in [(1, 9), (5, 2), (3, 8), (2, 0)] {
            try all.add(metrics: ["score": .int(Int64(score)), "other": .int(Int64(other))]) { try Self.write($0) }
        }
        #expect(names == names([0, 1, 2, 3]))
        _ = consume all
        #expect(try store(keeping: 2).bestCheckpoints.map(\.index) == [2, 1])
        #expect(names == names([1, 2, 3]))
        #expect(try store(keeping: 1, by: "other").checkpoints.map(\.index) == [2, 3])
        #expect(names == names([2, 3]))
        #expect(try store(keeping: 1, by: nil).checkpoints.map(\.index) == [3])
        #expect(names == names([3]))
    }

    @Test("Folders that nobody registered are not counted and stay")
    func foreignFolders() throws {
        try LocalFile.makeDirectories("\(path)/checkpoint_000004/mine")
        try LocalFile.makeDirectories("\(path)/notes")
        let store = try self.store()
        #expect(store.checkpoints == [])
        #expect(try add(1, to: store).index == 5)
        try LocalFile.makeDirectories("\(path)/checkpoint_000006/mine")
        #expect(try add(2, to: store).index == 7)
        #expect(names == names([4, 6, 7]) + ["notes"])
        // One that comes in the last moment.
        let error = stateError {
            try store.add(metrics: [:]) { place in
                try LocalFile.makeDirectories("\(place)/mine")
                throw StateError(.alreadyExists, "is there", path: place)
            }
        }
        #expect(error?.code == .alreadyExists)
        #expect(names == names([4, 6, 7, 8]) + ["notes"])
        #expect(store.checkpoints.map(\.index) == [7])
    }

    @Test("After an error there is no checkpoint, and nothing of it")
    func failure() throws {
        let store = try self.store()
        try add(1, to: store)
        let error = stateError {
            try store.add(metrics: ["score": 2]) {
                try Self.write($0)
                throw StateError(.inputOutput, "full")
            }
        }
        #expect(error?.message == "full")
        #expect(stateError { try store.add(metrics: ["score": 2]) { _ in } }?.code == .notFound)
        let tensor: StateTree = ["score": .tensor(StateTensor([1] as [Float], shape: [1]))]
        #expect(stateError { try store.add(metrics: tensor) { try Self.write($0) } }?.path == "metrics/score")
        #expect(names == names([0]))
        #expect(stateError { try store.register(0, metrics: [:]) }?.code == .notFound)
        #expect(stateError { try store.register(99, metrics: [:]) }?.code == .notFound)
        #expect(try add(2, to: store).index == 4)
    }

    @Test("What is held stays on the disk until its last holder lets it go")
    func holding() throws {
        let store = try self.store()
        try add(1, to: store)
        let holds = [try store.hold(0), try store.hold(0)]
        try add(2, to: store)
        #expect(store.checkpoints.map(\.index) == [1])
        #expect(names == names([0, 1]))
        holds[0].release()
        holds[0].release()
        #expect(names == names([0, 1]))
        #expect(holds[1].checkpoint.metrics == ["score": 1.0])
        holds[1].release()
        #expect(names == names([1]))
        #expect(stateError { _ = try store.hold(0) }?.code == .notFound)
        // The end of the last reference lets go, too.
        var hold: CheckpointHold? = try store.hold(1)
        try add(3, to: store)
        #expect(names == names([1, 2]))
        #expect(hold != nil)
        hold = nil
        #expect(names == names([2]))
    }

    @Test("What was held when the folder was closed is still there for whoever asks for it, and otherwise goes")
    func heldAtOpening() throws {
        for isWanted in [true, false] {
            var store = try self.store()
            let first = try add(1, to: store).index
            let hold = try store.hold(first)
            let second = try add(2, to: store).index
            let config = store.config
            // As after a kill, nothing is deleted any more.
            store.close()
            hold.release()
            #expect(names == names([first, second]))
            let opened: CheckpointHold?
            (store, opened) = try CheckpointStore.opening(path, config: config, synchronizing: false) { stored in
                isWanted && stored.metrics != ["score": 2.0]
            }
            #expect(opened?.checkpoint.index == (isWanted ? first : nil))
            #expect(store.checkpoints.map(\.index) == [second])
            #expect(names == names(isWanted ? [first, second] : [second]))
            opened?.release()
            #expect(names == names([second]))
            store.close()
        }
    }

    @Test("A checkpoint as a value holds itself, and so do its copies")
    func holdingValues() async throws {
        let store = try self.store()
        try add(1, to: store)
        var checkpoint: Checkpoint? = try store.checkpoint(0)
        var copy = checkpoint.map { Checkpoint($0) }
        try add(2, to: store)
        #expect(names == names([0, 1]))
        checkpoint = nil
        #expect(names == names([0, 1]))
        // Uploads and readers find it whole.
        let place = "memory://holding-store/x"
        try await copy?.upload(to: place)
        #expect(try CheckpointTransfer().isComplete(StorageSchemes.storage(at: place)))
        #expect(checkpoint == nil)
        copy = nil
        #expect(names == names([1]))
        #expect(stateError { _ = try store.checkpoint(0) }?.code == .notFound)
    }

    @Test("A folder that somebody removed is noted")
    func removedByHand() throws {
        let store = try self.store(keeping: 3)
        for score in 1...3 { try add(Double(score), to: store) }
        try Directory(opening: path).remove("checkpoint_000001")
        #expect(stateError { _ = try store.hold(1) }?.message == "somebody removed this checkpoint")
        #expect(store.checkpoints.map(\.index) == [0, 2])
        try Directory(opening: path).remove("checkpoint_000000")
        for score in 4...5 { try add(Double(score), to: store) }
        #expect(names == names([2, 3, 4]))
        #expect(store.takeWarnings() == ["\(path)/checkpoint_000001: somebody removed this checkpoint"])
    }

    @Test("The first checkpoint without a score is said once, after a restart no more")
    func warning() throws {
        func addWithout(to store: CheckpointStore) throws { try store.add(metrics: [:]) { try Self.write($0) } }
        let first = try store(keeping: 2)
        try addWithout(to: first)
        #expect(first.takeWarnings().count == 1)
        try addWithout(to: first)
        #expect(first.takeWarnings() == [])
        _ = consume first
        let second = try store(keeping: 2)
        try addWithout(to: second)
        #expect(second.takeWarnings() == [])
    }

    @Test("A second store in the same folder is refused")
    func twoWriters() throws {
        let first = try store()
        let error = stateError { _ = try store() }
        #expect(error?.code == .inUse)
        #expect(error?.path == path)
        try add(1, to: first)
        #expect(names == names([0]))
    }

    @Test("A damaged journal is named with its line, and nothing is deleted")
    func damagedJournal() throws {
        for score in 1...3 { try add(Double(score), to: store(keeping: nil)) }
        let journal = "\(path)/\(CheckpointJournal.fileName)"
        let text = String(decoding: try readFile(journal).array, as: UTF8.self)
        let damages: KeyValuePairs = [
            "begun": "begum", "\"begun\":1": "\"begun\":-1", "\"begun\":2": "\"begun\":1e2",
            "{\"registered\":1": "{\"registered\":[1]", "\"begun\":2": "\"begun\":0",
            "}\n{\"begun\":2}": "\n{\"begun\":2}",
        ]
        for (old, new) in damages {
            try overwrite(journal, Array(text.replacing(old, with: new, maxReplacements: 1).utf8))
            let error = stateError { _ = try store() }
            #expect(error?.path.hasPrefix("\(journal), line ") == true, "\(new)")
            #expect(names == names([0, 1, 2]))
        }
        // A line that was not ended was not written.
        try overwrite(journal, Array((text + #"{"removed":[0,1"#).utf8))
        #expect(try store(keeping: nil).checkpoints.map(\.index) == [0, 1, 2])
        #expect(try store().checkpoints.map(\.index) == [2])
    }

    @Test("A long journal is replaced by a short one that says the same")
    func shortening() throws {
        for _ in 0..<2 {
            let store = try self.store(keeping: 2)
            for score in 0..<40 { try add(Double(score % 7), to: store) }
        }
        let before = try store(keeping: 2)
        let (best, next) = (before.bestCheckpoints, before.nextIndex)
        #expect(next == 80)
        let lines = try readFile("\(path)/\(CheckpointJournal.fileName)").array.filter { $0 == 10 }.count
        #expect(lines < 10)
        _ = consume before
        let after = try store(keeping: 2)
        #expect(after.bestCheckpoints == best)
        #expect(after.nextIndex == next)
        #expect(names == after.checkpoints.map { CheckpointName.name($0.index) })
    }
}

extension CheckpointStoreTests {
    /// Scores of which each changes something else about what stays: with one to keep.
    private static let scores: [Double] = [5, 1, 2, 9, 3, 3]
    /// What stays after so many of them, by the positions of the scores.
    private static let sets: [[Int]] = [[], [0], [0, 1], [0, 2], [3], [3, 4], [3, 5]]

    /// Stops a store at the stage of a number.
    private static func killing<Result>(at number: Int, _ body: () throws -> Result) throws -> Result {
        let passed = Atomic(0)
        return try CheckpointStore.$interruption.withValue({ _ in
            passed.add(1, ordering: .relaxed).newValue == number
        }) { try body() }
    }

    @Test(
        "Killed at any step, the next start finds the checkpoints as before or after, and nothing else", .serialized,
        arguments: 1...30)
    func killed(step: Int) throws {
        var done = 0
        var isKilled = false
        do {
            try Self.killing(at: step) {
                let store = try self.store()
                for score in Self.scores {
                    try add(score, to: store)
                    done += 1
                }
            }
        } catch {
            isKilled = true
        }
        // Scores tell which checkpoint is which: an index that was begun is not used again.
        func scores(_ number: Int) -> [StateTree] { Self.sets[number].map { ["score": .double(Self.scores[$0])] } }
        guard isKilled else {
            #expect(done == Self.scores.count)
            // One stage of the start, two of each checkpoint, and 14 of four that are deleted at three times.
            #expect(step > 27)
            return
        }
        // The next start may be killed itself.
        for second in 1...8 { _ = try? Self.killing(at: second) { _ = try self.store() } }
        let store = try self.store()
        let found = store.checkpoints.map(\.metrics)
        #expect(found == scores(done) || found == scores(done + 1))
        #expect(names == store.checkpoints.map { CheckpointName.name($0.index) })
        for checkpoint in store.checkpoints { #expect(try contents(checkpoint.path) == ["a": [1], "inner/b": [2]]) }
        #expect(store.nextIndex > (store.latest?.index ?? -1))
        if found != scores(done) { done += 1 }
        for score in Self.scores[done...] { try add(score, to: store) }
        #expect(store.checkpoints.map(\.metrics) == scores(Self.scores.count))
        #expect(names == store.checkpoints.map { CheckpointName.name($0.index) })
    }

    @Test("A folder that a killed process was making goes")
    func killedWriting() throws {
        let first = try store()
        try add(1, to: first)
        let index = try first.begin()
        try Self.write(first.path(of: index))
        _ = consume first
        let again = try store()
        #expect(names == names([0]))
        #expect(again.nextIndex == index + 1)
    }

    @Test("What a killed process was about to note in a checkpoint goes")
    func killedNoting() throws {
        let stored = try add(1, to: store())
        for name in [".metadata.json.partial-4711", ".trainable.json.partial-4711", "x.partial-4711"] {
            try overwrite("\(stored.path)/\(name)", [1])
        }
        _ = try store()
        #expect(try LocalFile.names(in: stored.path) == ["a", "inner", "x.partial-4711"])
    }
}

extension CheckpointStore {
    /// Begins a checkpoint and makes its folder.
    fileprivate func begin(writing write: (String) throws -> Void) throws -> Int {
        let index = try begin()
        try write(path(of: index))
        return index
    }
}

extension Directory {
    /// Removes a folder as a person would.
    fileprivate func remove(_ name: String) throws {
        try directory(name).removeContents()
        try removeDirectory(name)
    }
}
