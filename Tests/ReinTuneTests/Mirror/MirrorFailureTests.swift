import Foundation
import ReinCheckpoints
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinTune

@Suite(.timeLimit(.minutes(15))) struct MirrorFailureTests {
    @Test("A storage that fails for a while costs nothing but two warnings")
    func passingFailure() async throws {
        try await withTemporaryDirectory { folder in
            let whole = try await MirroredPopulation.tuner().run(in: "\(folder)/whole/e")
            for first in [40, 97, 151] {
                let place = try MirrorPlace { _, number throws(StateError) in
                    guard (first..<first + 3).contains(number) else { return }
                    throw StateError(.inputOutput, "the line is dead")
                }
                let outcome = try await MirroredPopulation.tuner(in: "\(folder)/w").run(in: place.address)
                #expect(outcome.warnings.count == 2 && outcome.warnings[0].contains("the line is dead"))
                #expect(outcome.warnings.last?.contains("is brought there again") == true)
                #expect(try LocalFile.names(in: "\(folder)/w") == [])
                try MirroredPopulation.download(place.base, to: "\(folder)/\(first)")
                #expect(
                    try MirroredPopulation.result(outcome, in: "\(folder)/\(first)")
                        == MirroredPopulation.result(whole, in: "\(folder)/whole/e"))
                #expect(
                    try MirroredPopulation.names(in: "\(folder)/\(first)")
                        == MirroredPopulation.names(in: "\(folder)/whole/e"))
            }
        }
    }

    @Test("What could not be brought over at the end stays here, where it can be resumed")
    func failureAtTheEnd() async throws {
        try await withTemporaryDirectory { folder in
            let isDead = Mutex(false)
            let place = try MirrorPlace { operation, _ throws(StateError) in
                guard operation.isChange, isDead.withLock({ $0 }) else { return }
                throw StateError(.accessDenied, "the bucket is closed")
            }
            let working = Mutex("")
            var tuner = try MirroredPopulation.tuner()
            // Once at the beginning, and then at the end.
            tuner.mirrorInterval = .seconds(3600)
            let outcome = try await tuner.run(in: place.address) { progress in
                working.withLock { $0 = progress.folder }
                if progress.trials.contains(where: { $0.status.isFinished }) { isDead.withLock { $0 = true } }
            }
            let kept = working.withLock { $0 }
            #expect(outcome.isFinished && outcome.warnings.count == 1)
            #expect(outcome.warnings.first?.contains("the bucket is closed") == true)
            #expect(outcome.warnings.first?.contains(kept) == true)
            let local = try await tuner.resume(in: kept)
            #expect(local.isFinished && local.trials == outcome.trials)
            try FileManager.default.removeItem(atPath: parentPath(of: kept))
            // At the place is what was brought there, and it comes to the same.
            isDead.withLock { $0 = false }
            let again = try await MirroredPopulation.tuner(in: "\(folder)/w").resume(in: place.address)
            #expect(again.trials.map(\.configuration) == outcome.trials.map(\.configuration))
        }
    }

    @Test("Interrupted in order and resumed, it ends without a warning, and brings nothing over twice")
    func interruption() async throws {
        try await withTemporaryDirectory { folder in
            let whole = try await MirroredPopulation.tuner().run(in: "\(folder)/whole/e")
            let place = try MirrorPlace()
            let task = Task {
                var count = 0
                return try await MirroredPopulation.tuner(in: "\(folder)/w").run(in: place.address) { _ in
                    count += 1
                    if count == 9 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            let first = try await task.value
            #expect(!first.isFinished && first.warnings == [])
            #expect(try !place.base.exists(MirrorOwner.key))
            #expect(try LocalFile.names(in: "\(folder)/w") == [])
            let earlier = place.storage.operations.count
            let second = try await MirroredPopulation.tuner(in: "\(folder)/w").resume(in: place.address)
            #expect(second.isFinished && second.warnings == [])
            let firstKeys = Set(place.storage.operations[..<earlier].compactMap(Self.checkpointFile))
            let secondKeys = place.storage.operations[earlier...].compactMap(Self.checkpointFile)
            #expect(!secondKeys.isEmpty && Set(secondKeys).isDisjoint(with: firstKeys))
            #expect(Set(secondKeys).count == secondKeys.count)
            try MirroredPopulation.download(place.base, to: "\(folder)/e")
            #expect(
                try MirroredPopulation.result(second, in: "\(folder)/e")
                    == MirroredPopulation.result(whole, in: "\(folder)/whole/e"))
        }
    }

    /// The key of what is written of a checkpoint.
    private static func checkpointFile(_ operation: FaultyStorage.Operation) -> String? {
        guard case .write(let key) = operation, key.contains("/checkpoint_") else { return nil }
        return key
    }

    @Test("Results are read from the address, and checkpoints when they are asked for")
    func results() async throws {
        try await withTemporaryDirectory { folder in
            let place = try MirrorPlace()
            let plain = try await MirroredPopulation.tuner().run(in: "\(folder)/plain/e")
            // Of a scheme that is there for everybody.
            let address = place.base.uri.description
            let outcome = try await MirroredPopulation.tuner(in: "\(folder)/w").run(in: address)
            var copy = ""
            do {
                let grid = try await outcome.results()
                copy = grid.localFolder
                let other = try await plain.results()
                #expect(grid.folder == address && grid.name == "e" && grid.warnings == [])
                #expect(grid.trials.map(\.id) == other.trials.map(\.id))
                #expect(
                    grid.trials.map(\.lastMetrics).map { $0["height"] } == other.trials.map { $0.lastMetrics["height"] }
                )
                #expect(grid.summaries(of: "height") == other.summaries(of: "height"))
                let best = try grid.bestResult("height", .max)
                let checkpoint = try #require(best.checkpoint)
                #expect(checkpoint.path.hasPrefix("\(address)/") && best.trial.folder?.hasPrefix("\(address)/") == true)
                let value = try checkpoint.checkpoint()
                #expect(value.representation == .uri)
                let local = try #require(try other.bestResult("height", .max).checkpoint).checkpoint()
                #expect(try await value.downloaded().dictionary().keys == local.dictionary().keys)
                _ = try await value.download(to: "\(folder)/best")
                #expect(
                    try files(below: "\(folder)/best").keys.sorted()
                        == files(below: try #require(local.path)).keys.sorted())
            }
            #expect(!copy.isEmpty)
            #expect(try !LocalFile.exists(copy) && !LocalFile.exists(parentPath(of: copy)))
            MemoryStorage.removeAll("mirror")
        }
    }
}
