import Foundation
import ReinCheckpoints
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinTune

@Suite(.timeLimit(.minutes(15))) struct MirrorOwnerTests {
    @Test("Whoever resumes becomes the owner, and the one before ends with an error and brings nothing more")
    func twoOwners() async throws {
        try await withTemporaryDirectory { folder in
            let place = try MirrorPlace()
            let whole = try await MirroredPopulation.tuner().run(in: "\(folder)/whole/e")
            let second = Second()
            let first = try MirroredPopulation.tuner(in: "\(folder)/first")
            let error = await #expect(throws: StateError.self) {
                // The second one resumes while the first one is in the middle of a turn.
                try await first.run(in: place.address) { _ in
                    guard second.nextTurn() == 6 else { return }
                    second.resume(place, in: "\(folder)/second")
                }
            }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("\(folder)/first/e") == true, "\(error?.description ?? "")")
            #expect(try LocalFile.exists("\(folder)/first/e/journal.jsonl"))
            let outcome = try #require(second.outcome)
            #expect(outcome.isFinished && outcome.warnings.count == 1)
            #expect(outcome.warnings.allSatisfy { $0.contains("has not ended in order") })
            #expect(try Self.objects(place.base) == second.objects)
            try MirroredPopulation.download(place.base, to: "\(folder)/e")
            #expect(
                try MirroredPopulation.result(outcome, in: "\(folder)/e")
                    == MirroredPopulation.result(whole, in: "\(folder)/whole/e"))
        }
    }

    /// Somebody else, who goes on with the experiment.
    private final class Second: Sendable {
        private struct State {
            var turns = 0
            var outcome: Tuner.Outcome?
            var objects: [String: [UInt8]] = [:]
        }

        private let state = Mutex(State())

        var outcome: Tuner.Outcome? { state.withLock { $0.outcome } }
        /// What lies at the place afterwards.
        var objects: [String: [UInt8]] { state.withLock { $0.objects } }

        func nextTurn() -> Int {
            state.withLock { state in
                state.turns += 1
                return state.turns
            }
        }

        func resume(_ place: MirrorPlace, in folder: String) {
            let isDone = DispatchSemaphore(value: 0)
            Task {
                let outcome = try? await MirroredPopulation.tuner(in: folder).resume(in: place.address)
                let objects = (try? MirrorOwnerTests.objects(place.base)) ?? [:]
                state.withLock { ($0.outcome, $0.objects) = (outcome, objects) }
                isDone.signal()
            }
            isDone.wait()
        }
    }

    fileprivate static func objects(_ storage: MemoryStorage) throws -> [String: [UInt8]] {
        var objects: [String: [UInt8]] = [:]
        for entry in try storage.list() { objects[entry.key] = try storage.read(entry.key, limit: entry.size) }
        return objects
    }

    @Test("Begun where there is an experiment or something else, it is refused and leaves nothing")
    func refusedPlaces() async throws {
        try await withTemporaryDirectory { folder in
            for key in ["journal.jsonl", "holiday/picture.png"] {
                let place = try MirrorPlace()
                try place.base.write(StorageContents([1, 2, 3]), to: key)
                let error = await #expect(throws: StateError.self) {
                    try await MirroredPopulation.tuner(in: "\(folder)/w").run(in: place.address)
                }
                #expect(error?.code == .alreadyExists)
                #expect(try place.base.list().map(\.key) == [key])
                #expect(try LocalFile.names(in: "\(folder)/w") == [])
            }
            let empty = try MirrorPlace()
            let missing = await #expect(throws: StateError.self) {
                try await MirroredPopulation.tuner(in: "\(folder)/w").resume(in: empty.address)
            }
            #expect(missing?.code == .notFound)
            #expect(try empty.base.list().isEmpty)
            for address in ["s3x://bucket/e", "memory://", "file://host/e"] {
                await #expect(throws: StateError.self) { try await MirroredPopulation.tuner().run(in: address) }
                await #expect(throws: StateError.self) { try await MirroredPopulation.tuner().resume(in: address) }
                await #expect(throws: StateError.self) { try await ResultGrid.reading(address) }
            }
            let negative = try MirroredPopulation.tuner(every: .seconds(-1))
            await #expect(throws: StateError.self) { try await negative.run(in: empty.address) }
            #expect(try empty.base.list().isEmpty)
        }
    }

    @Test("The address of a folder of this machine is that folder")
    func files() async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await MirroredPopulation.tuner().run(in: "file://\(folder)/e")
            #expect(try outcome.folder == LocalFile.absolutePath("\(folder)/e"))
            #expect(try await MirroredPopulation.tuner().resume(in: "file://\(folder)/e").trials == outcome.trials)
            #expect(try await ResultGrid.reading("file://\(folder)/e").trials.count == 6)
        }
    }

    @Test("What would come to lie elsewhere, or does not go together, is not brought here")
    func hostileListings() async throws {
        try await withTemporaryDirectory { folder in
            let place = try MirrorPlace()
            _ = try await MirroredPopulation.tuner(iterations: 2, in: "\(folder)/w").run(in: place.address)
            let sound = try place.base.list()
            let lists: [[StorageEntry]] = [
                [StorageEntry(key: "../outside", size: 1)], [StorageEntry(key: "/etc/passwd", size: 1)],
                [StorageEntry(key: "a/../../b", size: 1)], [StorageEntry(key: "journal.jsonl/x", size: 1)],
                [StorageEntry(key: "huge", size: .max), StorageEntry(key: "huge2", size: .max)],
                [sound[0]], [StorageEntry(key: "pbt_global.txt/..", size: 1)],
            ]
            for (number, list) in lists.enumerated() {
                let hostile = HostileStorage(base: place.base, extra: list)
                StorageSchemes.register("hostile\(number)") { _ throws(StateError) in hostile }
                await #expect(throws: StateError.self, "\(list)") {
                    try await MirroredPopulation.tuner(iterations: 2, in: "\(folder)/w").resume(
                        in: "hostile\(number)://x/e")
                }
                await #expect(throws: StateError.self, "\(list)") {
                    try await ResultGrid.reading("hostile\(number)://x/e")
                }
                #expect(try LocalFile.names(in: "\(folder)/w") == [])
                #expect(try LocalFile.names(in: folder) == ["w"])
            }
            // A record that names other places.
            for text in ["{", "[]", #"{"version":1}"#, Self.record(trial: ".."), Self.record(trial: "a/b")] {
                try place.base.write(StorageContents(Array(text.utf8)), to: MirrorRecord.key)
                await #expect(throws: StateError.self, "\(text)") {
                    try await MirroredPopulation.tuner(iterations: 2, in: "\(folder)/w").resume(in: place.address)
                }
                #expect(try LocalFile.names(in: "\(folder)/w") == [])
            }
        }
    }

    private static func record(trial: String) -> String {
        """
        {"version":1,"journal_before":null,"journal_after":[1,"x"],"changes":[],"removals":[],
        "stores":[["\(trial)",null,""]],"staged_before":[],"staged_after":[]}
        """
    }

    /// A storage that lists more than there is.
    private struct HostileStorage: Storage {
        let base: MemoryStorage
        let extra: [StorageEntry]
        var uri: StorageURI { base.uri }

        func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
            try base.list(folder, by: deadline) + extra
        }

        func read(_ key: String, range: Range<Int>, by deadline: StorageDeadline) throws(StateError) -> [UInt8] {
            (try? base.read(key, range: range, by: deadline)) ?? [1]
        }

        func write(_ contents: StorageContents, to key: String, by deadline: StorageDeadline) throws(StateError) {
            try base.write(contents, to: key, by: deadline)
        }

        func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) {
            try base.delete(key, by: deadline)
        }

        func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
            try base.exists(key, by: deadline)
        }
    }
}
