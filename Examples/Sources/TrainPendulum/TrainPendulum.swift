import Rein

/// Swings up Pendulum-v1 with SAC and the zoo's settings, and saves the policy alone: all that serving it needs.
@main
struct TrainPendulum {
    static func main() throws {
        let preset = try Preset.named("zoo/Pendulum-v1", algorithm: "SAC")
        let configuration = try SAC.Configuration(overlaying: preset.settings).with { $0.network.hidden = [64, 64] }
        let algorithm = try SAC(environment: Pendulum.self, configuration: configuration)
        while algorithm.counters.environmentSteps < 10_000 {
            let result = try algorithm.train()
            print(result.counters.environmentSteps, result.episodes?.returnMean ?? 0)
        }
        guard var policy = algorithm.policy() else { return }
        let evaluator = Evaluator(environment: EnvironmentSpecification(Pendulum.self))
        print("evaluated:", EpisodeSummary(try evaluator.episodes(100, of: policy))?.returnMean ?? 0)
        policy.learnerState = nil  // Optimizers and critics are for going on with training.
        try policy.save(to: "pendulum", replacingExisting: true)
    }
}
