import Rein
import ReinCheckpoints
import ReinStorage
import ReinTrainables
import ReinTune

/// Trains CartPole and brings every checkpoint to a bucket: `TrainToBucket s3://bucket/runs/1?endpoint=http://host:9000`.
/// Credentials come from the environment or from `~/.aws/credentials`. A second run goes on from the newest checkpoint
/// there, on any machine.
@main
struct TrainToBucket {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { return print("usage: TrainToBucket ADDRESS") }
        S3Storage.register()
        var context = TrainableContext()
        context.remoteFolder = try StorageURI(CommandLine.arguments[1])
        let driver = try await TrainableDriver(
            AlgorithmTrainable.self, configuration: ["algorithm": "PPO", "environment": "CartPole-v1", "seed": 1],
            context: context)
        do {
            let restored = try await driver.restoreLatest()
            print("goes on from \(restored.place ?? "a checkpoint"), iteration \(driver.iteration)")
        } catch let error as StateError where error.code == .notFound {
            print("begins anew")
        }
        for _ in 0..<5 { print(try await driver.train()["episodeReturnMean"] ?? .null) }
        let checkpoint = try await driver.save()
        print("saved in \(checkpoint.path ?? "memory"), and in \(CommandLine.arguments[1])")
        try await driver.stop()
    }
}
