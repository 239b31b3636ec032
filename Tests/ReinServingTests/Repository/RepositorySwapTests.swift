#if Serving
import Foundation
import ReinCheckpoints
import ReinPolicies
import ReinServing
import Synchronization
import Testing

@Suite("Swapping versions")
struct RepositorySwapTests {
    @Test("A newer checkpoint takes over at the next look, and a look without one does nothing")
    func swap() throws {
        try RunFolder.with { run in
            try run.write(0)
            let log = EventLog()
            let repository = try run.repository(log: log)
            #expect(try repository.answer("red") == "0:0")
            try run.write(10)
            #expect(try repository.answer("red") == "0:0")
            _ = log.take()
            repository.poll()
            // Blue was never asked for, and is not read.
            #expect(log.take() == ["loaded red 10", "swapped red 0 10", "retired red 0"])
            #expect(try repository.lease("red") != nil)
            #expect(try repository.answer("red") == "10:10")
            #expect(try repository.states("red") == ["10 READY loaded"])
            repository.poll()
            repository.reload()
            #expect(log.take() == [])
            #expect(throws: ServingError.self) { try repository.answer("red", "0") }
        }
    }

    @Test("A request ends with the version that it began with, whose memory is freed then")
    func pinned() throws {
        try RunFolder.with { run in
            try run.write(0)
            let repository = try run.repository()
            var pin: ModelPin? = try repository.leaseLoading("red").pinned()
            let before = repository.byteCount
            try run.write(1)
            repository.poll()
            #expect(try repository.answer("red") == "1:1")
            #expect(pin?.model.version == "0" && repository.byteCount == 2 * before)
            #expect(try repository.states("red") == ["1 READY loaded", "0 UNLOADING loaded"])
            pin = nil
            #expect(repository.byteCount == before)
            #expect(try repository.states("red") == ["1 READY loaded"])
        }
    }

    @Test("A broken checkpoint leaves the old one in place, and is tried again when it changes")
    func broken() throws {
        try RunFolder.with { run in
            try run.write(0)
            let log = EventLog()
            let repository = try run.repository(preload: ["*"], log: log)
            _ = log.take()
            try run.write(1)
            try RunFolder.flipByte(of: run.stateFile(1, "red"))
            for _ in 0..<3 { repository.poll() }
            #expect(log.take() == ["failed red 1", "loaded blue 1", "swapped blue 0 1", "retired blue 0"])
            #expect(try repository.answer("red") == "0:0" && repository.answer("blue") == "1:1")
            #expect(try repository.states("red") == ["1 UNAVAILABLE", "0 READY loaded"])
            let error = #expect(throws: ServingError.self) { try repository.load("red") }
            #expect(error?.kind == .unavailable && error?.message.hasSuffix("; version 0 answers") == true)
            // Tried again and found as it was.
            #expect(log.take() == [])
            try RunFolder.flipByte(of: run.stateFile(1, "red"))
            repository.poll()
            #expect(try repository.answer("red") == "1:1")
            #expect(try repository.states("red") == ["1 READY loaded"])
        }
    }

    @Test("A manifest that was damaged is seen, and the checkpoint used when it is whole")
    func manifest() throws {
        try RunFolder.with { run in
            try run.write(0)
            let repository = try run.repository(preload: ["red"])
            try run.write(1)
            let manifest = "\(run.checkpoint(1))/\(CheckpointManifest.fileName)"
            let whole = try Data(contentsOf: URL(fileURLWithPath: manifest))
            try FileManager.default.removeItem(atPath: manifest)
            repository.poll()
            // Not complete: nobody speaks of it.
            #expect(try repository.states("red") == ["0 READY loaded"])
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: manifest))
            repository.poll()
            #expect(try repository.answer("red") == "0:0")
            #expect(try repository.states("red") == ["1 UNAVAILABLE", "0 READY loaded"])
            #expect(try repository.states("blue") == ["1 UNAVAILABLE", "0 READY"])
            try whole.write(to: URL(fileURLWithPath: manifest))
            repository.poll()
            #expect(try repository.answer("red") == "1:1" && repository.answer("blue") == "1:1")
        }
    }

    @Test("A directory that is being copied is used when all of it is there")
    func halfCopied() throws {
        try RunFolder.with { run in
            try run.write(0)
            let repository = try run.repository(preload: ["red"])
            try run.write(1)
            let aside = run.path + "/aside"
            try FileManager.default.moveItem(atPath: run.stateFile(1, "red"), toPath: aside)
            repository.poll()
            #expect(try repository.answer("red") == "0:0")
            #expect(try repository.states("red") == ["1 UNAVAILABLE", "0 READY loaded"])
            let bytes = try Data(contentsOf: URL(fileURLWithPath: aside))
            let file = URL(fileURLWithPath: run.stateFile(1, "red"))
            try bytes.prefix(bytes.count / 2).write(to: file)
            repository.poll()
            #expect(try repository.answer("red") == "0:0")
            try bytes.write(to: file)
            repository.poll()
            #expect(try repository.answer("red") == "1:1")
        }
    }

    @Test("Checkpoints that are deleted harm nothing that is in memory, and leave the index otherwise")
    func deleted() throws {
        try RunFolder.with { run in
            for number in 0..<3 { try run.write(number) }
            let log = EventLog()
            let repository = try run.repository(versions: 3, log: log)
            #expect(try repository.answer("red") == "2:2" && repository.answer("red", "0") == "0:0")
            for number in 0..<3 { try run.delete(number) }
            try run.write(1)
            _ = log.take()
            for _ in 0..<2 { repository.poll() }
            // Nothing older answers than before.
            #expect(try repository.answer("red") == "2:2" && repository.answer("red", "0") == "0:0")
            #expect(try repository.states("red") == ["2 READY loaded", "1 READY", "0 READY loaded"])
            #expect(try repository.states("blue") == ["1 READY"])
            try run.delete(1)
            repository.poll()
            #expect(try repository.answer("red") == "2:2")
            #expect(throws: ServingError.self) { try repository.answer("blue") }
            // A newer one takes over.
            try run.write(5)
            repository.poll()
            #expect(try repository.answer("red") == "5:5" && repository.answer("blue") == "5:5")
        }
    }

    @Test("A checkpoint that is deleted before it is looked at again is no failure")
    func deletedUnseen() throws {
        try RunFolder.with { run in
            try run.write(0)
            try run.write(1)
            let log = EventLog()
            let repository = try run.repository(log: log)
            try run.delete(1)
            #expect(try repository.answer("red") == "0:0")
            #expect(log.take() == ["loaded red 0"])
        }
    }

    @Test("Where all that was known is gone, a request finds what has come since, whether or not anybody has looked")
    func replacedUnseen() throws {
        try RunFolder.with { run in
            try run.write(9, Self.colours)
            let repository = try run.repository(versions: 2)
            try run.write(10, Self.colours)
            try run.delete(9)
            #expect(try repository.isReady("red"))
            #expect(try repository.answer("red") == "10:10" && repository.answer("blue", "10") == "10:10")
            let gone = #expect(throws: ServingError.self) { try repository.answer("red", "9") }
            #expect(gone?.message.contains("there are 10") == true)
            // A version that was known, and is gone.
            try run.write(11, Self.colours)
            repository.poll()
            try run.delete(10)
            try run.write(12, Self.colours)
            let lost = #expect(throws: ServingError.self) { try repository.answer("green", "10") }
            #expect(lost?.kind == .notFound && lost?.message.contains("there are 12, 11") == true)
            // Nothing is left at all, until something comes.
            try run.delete(11)
            try run.delete(12)
            try repository.unload("blue")
            let nothing = #expect(throws: ServingError.self) { try repository.load("blue") }
            #expect(nothing?.kind == .unavailable)
            for _ in 0..<2 {
                let none = #expect(throws: ServingError.self) { try repository.answer("blue") }
                #expect(none?.kind == .unavailable)
            }
            try run.write(13, Self.colours)
            repository.poll()
            #expect(try repository.answer("blue") == "13:13")
        }
    }

    private static let colours: [PolicyID] = ["red", "blue", "green"]

    @Test("A look for one model does not keep the others from following")
    func loadedAlone() throws {
        try RunFolder.with { run in
            try run.write(0)
            let repository = try run.repository(preload: ["*"])
            try run.write(1)
            try repository.load("red")
            #expect(try repository.answer("red") == "1:1" && repository.answer("blue") == "0:0")
            repository.poll()
            #expect(try repository.answer("blue") == "1:1")
        }
    }

    @Test("While a version is read, the index says so, and the one before is ready")
    func loading() throws {
        try RunFolder.with { run in
            try run.write(0)
            let box = Mutex<ModelRepository?>(nil)
            let seen = Mutex<[String]>([])
            let repository = try ModelRepository(
                ModelRepository.Configuration(sources: [ModelSource(path: run.path)], preload: ["red"])
            ) { event in
                guard case .loaded = event, let repository = box.withLock({ $0 }) else { return }
                let states = (try? repository.states("red")) ?? []
                seen.withLock { $0 += states }
            }
            box.withLock { $0 = repository }
            defer { box.withLock { $0 = nil } }
            try run.write(1)
            repository.poll()
            #expect(seen.withLock { $0 } == ["1 LOADING", "0 READY loaded"])
            #expect(try repository.states("red") == ["1 READY loaded"])
        }
    }

    @Test("A checkpoint that is replaced where it lies takes over under the same version")
    func replaced() throws {
        try RunFolder.with { run in
            try run.write(3)
            let repository = try run.repository(preload: ["red"])
            try run.write(3, replacingExisting: true) { _ in try RunFolder.policy(choosing: 9) }
            repository.poll()
            #expect(try repository.answer("red") == "3:9")
            #expect(try repository.states("red") == ["3 READY loaded"])
        }
    }
}
#endif
