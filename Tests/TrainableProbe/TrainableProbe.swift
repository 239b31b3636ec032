import ReinTrainables
import ReinTune

/// What the tests start to go on from a checkpoint in another process.
@main
struct TrainableProbe {
    static func main() async throws {
        _ = try await ValidationProcess.answer(with: [TrainableDefinition(AlgorithmTrainable.self)])
    }
}
