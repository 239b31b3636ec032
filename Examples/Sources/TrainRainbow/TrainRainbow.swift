import Rein

/// Trains CartPole-v1 with Rainbow: one setting turns on all of DQN's extensions.
@main
struct TrainRainbow {
    static func main() throws {
        let configuration = DQN.Configuration(seed: 1).with {
            $0.rainbow = true
            $0.minimumReturn = 0
            $0.maximumReturn = 100  // About 1 / (1 − γ), the largest discounted return there is.
        }
        let algorithm = try DQN(environment: CartPole.self, configuration: configuration)
        while algorithm.counters.environmentSteps < 60_000 {
            let result = try algorithm.train()
            print(result.counters.environmentSteps, result.episodes?.returnMean ?? 0)
        }
        try algorithm.save(to: "rainbow", replacingExisting: true)
    }
}
