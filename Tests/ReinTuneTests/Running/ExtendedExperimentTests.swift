import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// What is to be different when an experiment goes on.
struct ExtendedExperimentTests {
    private static func tuner(samples: Int, iterations: Int) throws -> Tuner {
        var tuner = try Tuner(
            TrainableDefinition(Climber.self), searching: ["rate": .grid([0.1, 0.2]), "x": .uniform(0...1)],
            samples: samples, seed: 3)
        tuner.stopRule = .iterations(iterations)
        tuner.synchronizes = false
        return tuner
    }

    @Test("A finished experiment gets more trials, the ones that it would have had from the start")
    func moreSamples() async throws {
        try await withTemporaryDirectory { folder in
            _ = try await Self.tuner(samples: 1, iterations: 3).run(in: "\(folder)/a/e")
            let more = try await Self.tuner(samples: 3, iterations: 3).resume(in: "\(folder)/a/e")
            let whole = try await Self.tuner(samples: 3, iterations: 3).run(in: "\(folder)/b/e")
            #expect(more.isFinished && more.trials.count == 6)
            #expect(more.trials.map(\.configuration) == whole.trials.map(\.configuration))
            #expect(more.trials.map(\.id) == whole.trials.map(\.id))
        }
    }

    @Test("Trials that a stop rule has ended go on when that is said, until another one ends them")
    func otherRules() async throws {
        try await withTemporaryDirectory { folder in
            _ = try await Self.tuner(samples: 1, iterations: 3).run(in: "\(folder)/e")
            let kept = try await Self.tuner(samples: 2, iterations: 5).resume(in: "\(folder)/e")
            #expect(kept.trials.map { $0.lastResult?.iteration } == [3, 3, 5, 5])
            let longer = try await Self.tuner(samples: 2, iterations: 7).resume(
                in: "\(folder)/e", revising: ExperimentRevision(continuesStopped: true))
            #expect(longer.isFinished && longer.trials.map { $0.lastResult?.iteration } == [7, 7, 7, 7])
            let contents = ExperimentContents(folder: "\(folder)/e")
            for trial in try contents.trials {
                #expect(try contents.numbers(trial) == Array(1...7))
                // Only the last result of all is the last one by its own word.
                #expect(try contents.numbers(trial, "iterations_since_restore").last.map { $0 < 7 } == true)
            }
        }
    }

    @Test("Trials that had not come to their end can be ended")
    func terminated() async throws {
        try await withTemporaryDirectory { folder in
            let name = "\(folder)/e"
            let first = try await Task {
                try await Self.tuner(samples: 1, iterations: 50).run(in: name) { _ in
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }.value
            #expect(!first.isFinished)
            let ended = try await Self.tuner(samples: 1, iterations: 50).resume(
                in: name, revising: ExperimentRevision(unfinished: .terminate))
            #expect(ended.isFinished && ended.trials.allSatisfy { $0.status == .terminated })
            #expect(ended.trials.allSatisfy { ($0.lastResult?.iteration ?? 0) < 50 })
        }
    }
}
