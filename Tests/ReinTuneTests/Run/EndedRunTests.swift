import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// What a run that has ended still has.
@Suite struct EndedRunTests {
    /// A function that goes on from a checkpoint keeps it until it has returned, on a thread of its own.
    @Test("a run that has ended has given its folder back, also one that went on from a checkpoint")
    func givesItsFolderBack() async throws {
        try await withTemporaryDirectory { folder in
            let counting = TrainableDefinition(named: "counts") { _, session in
                guard session.checkpoint == nil else { return nil }
                try await session.report(["count": 1], checkpoint: Checkpoint(dictionary: ["count": 1]))
                return nil
            }
            var run = TrainableRun(counting)
            run.context.folder = folder
            run.synchronizesCheckpoints = false
            for turn in 0..<300 {
                _ = try await run.run()
                try #require(!FileManager.default.fileExists(atPath: "\(folder)/.lock"), "after run \(turn)")
            }
        }
    }
}
