import ReinCheckpoints
import ReinTrainables
import ReinTune

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What tests start as another process: it goes on from a checkpoint to validate it, or works in a folder until it is
/// killed. It counts to a number, with a checkpoint after every third, verifies what is there of those, or makes so many
/// checkpoints.
///
///     TrainableProbe count FOLDER [NUMBER]
///     TrainableProbe verify FOLDER
///     TrainableProbe store FOLDER NUMBER
@main
struct TrainableProbe {
    static func main() async throws {
        if try await ValidationProcess.answer(with: [TrainableDefinition(AlgorithmTrainable.self)]) { return }
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let number = arguments.count == 3 ? 300 : Int64(arguments[3]) else {
            return print("nothing to do")
        }
        switch arguments[1] {
        case "count": try await count(to: number, in: arguments[2])
        case "verify": try verify(arguments[2])
        case "store":
            do { try StoreProbe(folder: arguments[2], total: Int(number)).run() } catch {
                // Without the report of a crash.
                print(error)
                exit(1)
            }
        default: print("nothing to do")
        }
    }

    private static func kept() throws -> CheckpointConfig {
        try CheckpointConfig(numToKeep: 2, scoreAttribute: "count")
    }

    private static func verify(_ folder: String) throws {
        for stored in try CheckpointStore(at: folder, config: kept()).checkpoints {
            let checkpoint = try Checkpoint(directory: stored.path)
            try checkpoint.verify()
            print(stored.index, try StateReader(.map(checkpoint.dictionary())).child("count").int())
        }
    }

    private static func count(to end: Int64, in folder: String) async throws {
        var run = TrainableRun(counting(to: end), checkpoints: try kept())
        run.context.folder = folder
        run.synchronizesCheckpoints = false
        let outcome = try await run.run()
        print(outcome.iteration)
    }

    /// Counts to a number, with a checkpoint after every third.
    private static func counting(to end: Int64) -> TrainableDefinition {
        TrainableDefinition(named: "counting") { _, session in
            var count: Int64 = 0
            if let checkpoint = session.checkpoint {
                guard case .int(let saved)? = try checkpoint.dictionary()["count"] else { return nil }
                count = saved
            }
            while count < end {
                count += 1
                let checkpoint = count % 3 == 0 ? try Checkpoint(dictionary: ["count": .int(count)]) : nil
                try await session.report(["count": .int(count)], checkpoint: checkpoint)
            }
            return nil
        }
    }
}
