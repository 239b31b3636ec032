import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

@testable import ReinStorage

/// An experiment that lies in a bucket.
@Suite(.enabled(if: MotoServer.isExpected, "REIN_MOTO_PYTHON names no Python interpreter with moto[server]"))
struct MirroredExperimentTests {
    private struct CountingTrainable: StatefulTrainable {
        var count: Int64 = 0

        init(configuration: StateMap, context: TrainableContext) {}

        mutating func step() -> StepResult {
            count += 1
            return StepResult(["count": .int(count)])
        }

        var state: StateMap { ["count": .int(count)] }

        mutating func load(_ state: StateReader) throws { count = try state.child("count").int64() }
    }

    @Test("An experiment is interrupted and resumed in a bucket, and its results and checkpoints are read from there")
    func bucket() async throws {
        let server = try #require(MotoServer.shared)
        let credentials = server.credentials
        StorageSchemes.register("s3") { uri throws(StateError) in try S3Storage(uri, credentials: credentials) }
        let uri = try server.storage().uri.appending("experiments/e")
        var tuner = try Tuner(TrainableDefinition(CountingTrainable.self), searching: ["x": .grid([1, 2, 3])])
        tuner.stopRule = .iterations(4)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 1, frequency: 1)
        tuner.mirrorInterval = .zero
        let (first, address) = (tuner, uri.description)
        let task = Task {
            var turns = 0
            return try await first.run(in: address) { _ in
                turns += 1
                if turns == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        let interrupted = try await task.value
        #expect(!interrupted.isFinished && interrupted.warnings == [])
        let outcome = try await tuner.resume(in: address)
        #expect(outcome.isFinished && outcome.warnings == [])
        let grid = try await outcome.results()
        #expect(grid.trials.map(\.resultCount) == [4, 4, 4])
        let best = try #require(try grid.bestResult("count", .max).checkpoint)
        let state = try await best.checkpoint().downloaded()
        #expect(try state.dictionary().keys.isEmpty == false)
    }
}
