import ReinCheckpoints
import ReinTune

/// A trainable that is a function: it counts slowly and reports as it goes. Kill it and start it again: it goes on from the
/// last checkpoint that it reported.
@main
struct ResumingFunction {
    static func main() async throws {
        let counting = TrainableDefinition(named: "counting") { configuration, session in
            var count: Int64 = 0
            if case .int(let saved)? = try session.checkpoint?.dictionary()["count"] { count = saved }
            while count < 100 {
                try await Task.sleep(for: .milliseconds(50))
                count += 1
                let checkpoint = count % 10 == 0 ? try Checkpoint(dictionary: ["count": .int(count)]) : nil
                try await session.report(["count": .int(count)], checkpoint: checkpoint)
            }
            return nil
        }
        var run = TrainableRun(counting, checkpoints: try CheckpointConfig(numToKeep: 1))
        run.context.folder = "runs/counting"
        let outcome = try await run.run { result in
            if let count = result["count"], !result.isRepeated {
                print("count \(count), iteration \(result.iteration)")
            }
            return false
        }
        print("done after \(outcome.iteration) iterations")
    }
}
