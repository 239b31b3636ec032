import Foundation
import ReinCheckpoints
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinTune

@Suite(.timeLimit(.minutes(15))) struct MirroredExperimentTests {
    @Test("At an address an experiment comes to what it comes to in a folder, and lies there as in the folder")
    func sameAsFolder() async throws {
        try await withTemporaryDirectory { folder in
            let plain = try await MirroredPopulation.tuner().run(in: "\(folder)/plain/e")
            let place = try MirrorPlace()
            let used = Mutex<Set<String>>([])
            let outcome = try await MirroredPopulation.tuner().run(in: place.address) { progress in
                used.withLock { _ = $0.insert(progress.folder) }
            }
            #expect(outcome.isFinished && outcome.warnings == [])
            #expect(outcome.folder == place.base.uri.description)
            try MirroredPopulation.download(place.base, to: "\(folder)/e")
            #expect(
                try MirroredPopulation.result(outcome, in: "\(folder)/e")
                    == MirroredPopulation.result(plain, in: "\(folder)/plain/e"))
            #expect(
                try MirroredPopulation.names(in: "\(folder)/e")
                    == MirroredPopulation.names(in: "\(folder)/plain/e"))
            // Nothing is left of the temporary folder.
            let working = try #require(used.withLock { $0.first })
            #expect(used.withLock { $0.count } == 1 && working.hasSuffix("/e"))
            #expect(try !LocalFile.exists(parentPath(of: working)))
            await #expect(throws: StateError.self) { try await MirroredPopulation.tuner().run(in: place.address) }
        }
    }

    @Test("Cut off at any operation, it is resumed elsewhere and comes to the same decisions and results")
    func cutOff() async throws {
        try await withTemporaryDirectory { folder in
            let undisturbed = try MirrorPlace()
            let outcome = try await MirroredPopulation.tuner(in: "\(folder)/whole").run(in: undisturbed.address)
            try MirroredPopulation.download(undisturbed.base, to: "\(folder)/e")
            let expected = try MirroredPopulation.result(outcome, in: "\(folder)/e")
            let names = try MirroredPopulation.names(in: "\(folder)/e").filter { !$0.hasSuffix("tfevents") }
            #expect(expected.takeOvers.split(separator: "\n").count >= 3)
            let count = undisturbed.storage.operations.count
            let cuts = [2, 5] + Array(stride(from: 9, to: count, by: max(1, count / 6))) + [count - 3]
            for cut in cuts {
                let gate = Gate(limit: cut)
                let place = try MirrorPlace { _, _ throws(StateError) in try gate.pass() }
                _ = try? await MirroredPopulation.tuner(in: "\(folder)/cut\(cut)").run(in: place.address)
                gate.open()
                let tuner = try MirroredPopulation.tuner(in: "\(folder)/again\(cut)")
                let resumed: Tuner.Outcome
                if try place.base.exists("journal.jsonl") {
                    resumed = try await tuner.resume(in: place.address)
                } else {
                    resumed = try await tuner.run(in: place.address)
                }
                #expect(resumed.isFinished)
                #expect(resumed.warnings.filter { !$0.contains("has not ended in order") } == [], "\(cut)")
                let copy = "\(folder)/copy\(cut)"
                try MirroredPopulation.download(place.base, to: copy)
                #expect(try MirroredPopulation.result(resumed, in: copy) == expected, "cut off at \(cut) of \(count)")
                #expect(
                    try MirroredPopulation.names(in: copy).filter { !$0.hasSuffix("tfevents") } == names, "\(cut)")
                #expect(try LocalFile.names(in: "\(folder)/again\(cut)") == [])
            }
        }
    }

    /// Lets so many operations pass, and no more until it is opened.
    final class Gate: Sendable {
        private let left: Mutex<Int>

        init(limit: Int) { left = Mutex(limit) }

        func open() { left.withLock { $0 = .max } }

        func pass() throws(StateError) {
            let passes = left.withLock { left in
                left -= 1
                return left >= 0
            }
            guard passes else { throw StateError(.inputOutput, "the line is dead") }
        }
    }
}
