import Rein

/// Trains CartPole-v1 until it is solved, saves everything, and reads the policy back alone.
@main
struct TrainCartPole {
    static func main() throws {
        let algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: 7))
        var solved = false
        while !solved, algorithm.counters.environmentSteps < 400_000 {
            let result = try algorithm.train()
            guard let episodes = result.episodes else { continue }
            print("\(result.counters.environmentSteps) steps, mean return \(episodes.returnMean)")
            solved = episodes.count == 100 && episodes.returnMean >= 475
        }
        try algorithm.save(to: "cartpole-checkpoint", replacingExisting: true)

        let policy = try Policy(restoring: "cartpole-checkpoint", id: .default)
        print("an upright pole at rest:", policy.action(for: [0, 0, 0, 0]))
    }
}
