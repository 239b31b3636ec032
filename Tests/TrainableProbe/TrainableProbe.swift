import ReinCheckpoints
import ReinTrainables
import ReinTune

/// What tests start as another process: it goes on from a checkpoint to validate it, or counts in a folder until it is
/// killed.
///
///     TrainableProbe count FOLDER
@main
struct TrainableProbe {
    static func main() async throws {
        if try await ValidationProcess.answer(with: [TrainableDefinition(AlgorithmTrainable.self)]) { return }
        let arguments = CommandLine.arguments
        guard arguments.count == 3, arguments[1] == "count" else { return print("nothing to do") }
        var run = TrainableRun(counting, checkpoints: try CheckpointConfig(numToKeep: 2, scoreAttribute: "count"))
        run.context.folder = arguments[2]
        run.synchronizesCheckpoints = false
        let outcome = try await run.run()
        print(outcome.iteration)
    }

    /// Counts to 300, with a checkpoint after every third number.
    private static let counting = TrainableDefinition(named: "counting") { _, session in
        var count: Int64 = 0
        if let checkpoint = session.checkpoint {
            guard case .int(let saved)? = try checkpoint.dictionary()["count"] else { return nil }
            count = saved
        }
        while count < 300 {
            count += 1
            let checkpoint = count % 3 == 0 ? try Checkpoint(dictionary: ["count": .int(count)]) : nil
            try await session.report(["count": .int(count)], checkpoint: checkpoint)
        }
        return nil
    }
}
