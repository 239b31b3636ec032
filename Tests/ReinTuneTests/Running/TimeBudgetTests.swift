import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Experiments that have so much time.
struct TimeBudgetTests {
    /// The times that a journal tells of.
    private static func times(_ folder: String) -> [String] {
        let text = (try? String(contentsOfFile: "\(folder)/journal.jsonl", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { $0.contains(#""clock""#) }.map(String.init)
    }

    @Test("Time counts from the beginning, before any trial has had a result, and again when it goes on")
    func beginning() async throws {
        try await withTemporaryDirectory { folder in
            let place = "\(folder)/e"
            var tuner = try Tuner(
                TrainableDefinition(Climber.self), searching: ["rate": .uniform(0.1...1)], samples: 2, seed: 3)
            tuner.stopRule = .anyOf([.iterations(3), .timeBudget(seconds: 3_600)])
            tuner.synchronizes = false
            var first: [String]?
            let outcome = try await tuner.run(in: place) { _ in first = first ?? Self.times(place) }
            #expect(outcome.isFinished && first?.count == 1)
            #expect(first?.allSatisfy { $0.contains(#""seconds":0"#) } == true, "\(first ?? [])")

            tuner.stopRule = .anyOf([.iterations(5), .timeBudget(seconds: 3_600)])
            first = nil
            let longer = try await tuner.resume(
                in: place, revising: ExperimentRevision(continuesStopped: true)
            ) { _ in first = first ?? Self.times(place) }
            #expect(longer.isFinished && first?.count == 1)
            #expect(longer.trials.allSatisfy { $0.lastResult?.iteration == 5 })
        }
    }
}
