import Rein

/// Measures environment steps per second, learning included: PPO on CartPole-v1 in two shapes, DQN on CartPole-v1 with
/// the zoo's settings and SAC on Pendulum-v1 with two networks; then the time and steps of PPO to a mean return of 475
/// with the defaults; several agents in one environment; and, alone with `numbers` for the seeds, the share of PPO that
/// looking at every number from the environment takes.
///
///     swift run -c release TrainingBenchmarks [SEEDS | numbers]
@main
struct TrainingBenchmarks {
    static func main() throws {
        try NumberCheckCost.share(environments: 8, steps: 128, epochs: 10, minibatch: 64)
        try NumberCheckCost.share(environments: 32, steps: 128, epochs: 4, minibatch: 256)
        if CommandLine.arguments.dropFirst().first == "numbers" { return }
        let seeds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5

        try throughput(
            "8 x 256, 10 epochs, minibatch 64", environments: 8, steps: 256, epochs: 10, minibatch: 64, threads: 1)
        try throughput(
            "32 x 128, 4 epochs, minibatch 256", environments: 32, steps: 128, epochs: 4, minibatch: 256, threads: 1)
        try throughput(
            "32 x 128, 4 epochs, minibatch 256", environments: 32, steps: 128, epochs: 4, minibatch: 256, threads: 2)
        try dqn()
        for width in [64, 256] { try sac(width: width) }
        try MultiAgentTraining.throughput()
        try solve(seeds: seeds)
        try MultiAgentTraining.solve(seeds: seeds)
    }

    /// DQN with the zoo's settings: half a gradient step of 64 rows for each environment step.
    static func dqn() throws {
        let preset = try Preset.named("zoo/CartPole-v1", algorithm: "DQN")
        let configuration = try DQN.Configuration(overlaying: preset.settings).with { $0.stepsPerIteration = 256 }
        try offPolicy(
            "DQN CartPole, zoo settings, 2x256",
            DQN(environment: CartPole.self, configuration: configuration), warmUp: 8,
            multiplyAdds: UpdateCost.dqn(
                inputs: 4, hidden: configuration.network.hidden, actions: 2, batch: configuration.batchSize))
    }

    /// SAC with batches of 256 and one update of everything for each environment step.
    static func sac(width: Int) throws {
        let configuration = SAC.Configuration(seed: 1).with {
            $0.network.hidden = [width, width]
            $0.stepsPerIteration = 100
        }
        try offPolicy(
            "SAC Pendulum, 2x\(width), batch 256", SAC(environment: Pendulum.self, configuration: configuration),
            warmUp: 4,
            multiplyAdds: UpdateCost.sac(
                inputs: 3, hidden: [width, width], dimensions: 1, batch: configuration.batchSize))
    }

    /// Environment steps and gradient steps per second over stretches of about a second: median and range, and the
    /// share of the machine's peak that the multiply-adds of the updates make in all of that time.
    static func offPolicy<Method: Learner>(
        _ name: String, _ algorithm: Algorithm<Method>, warmUp: Int, multiplyAdds: Int
    ) throws {
        for _ in 0..<warmUp { _ = try algorithm.train() }
        var rates: [Double] = []
        var updatesPerStep = 0.0
        for _ in 0..<5 {
            var (seconds, steps, updates) = (0.0, 0, 0.0)
            while seconds < 1 {
                let result = try algorithm.train()
                seconds += result.seconds
                steps += algorithm.stepsPerIteration
                updates += result.policies[0].metric("gradientSteps") ?? 0
            }
            rates.append(Double(steps) / seconds)
            updatesPerStep = updates / Double(steps)
        }
        let peak = UpdateCost.peak()
        rates.sort()
        let share = peak > 0 ? 100 * rates[2] * updatesPerStep * Double(multiplyAdds) / peak : .nan
        print(
            "\(name), 1 thread: \(Int(rates[2])) steps/s [\(Int(rates[0]))..\(Int(rates[4]))], "
                + "\(Int(rates[2] * updatesPerStep)) updates/s, \(share.rounded()) % of the peak of "
                + "\((peak / 1e8).rounded() / 10) billion multiply-adds a second")
    }

    /// Steps per second over repeated stretches of about a second: median and range.
    static func throughput(
        _ name: String, environments: Int, steps: Int, epochs: Int, minibatch: Int, threads: Int
    ) throws {
        let configuration = PPO.Configuration(seed: 1).with {
            $0.environmentCount = environments
            $0.rolloutLength = steps
            $0.epochs = epochs
            $0.minibatchSize = minibatch
        }
        let algorithm = try PPO(environment: CartPole.self, configuration: configuration, threads: threads)
        for _ in 0..<5 { _ = try algorithm.train() }
        var rates: [Double] = []
        var sampling = 0.0
        var total = 0.0
        for _ in 0..<9 {
            var seconds = 0.0
            var done = 0
            while seconds < 0.7 {
                let result = try algorithm.train()
                seconds += result.seconds
                sampling += result.samplingSeconds
                done += environments * steps
            }
            total += seconds
            rates.append(Double(done) / seconds)
        }
        rates.sort()
        print(
            "PPO CartPole, 2x64 tanh separate, \(name), \(threads) thread(s): "
                + "\(Int(rates[4])) steps/s [\(Int(rates[0]))..\(Int(rates[8]))], "
                + "collecting \(Int(100 * sampling / total)) %")
    }

    /// Wall-clock seconds and steps until the mean of the last 100 episodes is 475, with the defaults.
    static func solve(seeds: Int) throws {
        let clock = ContinuousClock()
        var failures: [Int] = []
        var rows: [(seconds: Double, steps: Int)] = []
        for seed in 1...seeds {
            let start = clock.now
            let algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: seed))
            var solved = false
            while !solved, algorithm.counters.environmentSteps < 400_000 {
                guard let episodes = try algorithm.train().episodes else { continue }
                solved = episodes.count == 100 && episodes.returnMean >= 475
            }
            let elapsed = clock.now - start
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            let steps = algorithm.counters.environmentSteps
            let policy = algorithm.policy()
            let specification = EnvironmentSpecification(CartPole.self)
            let evaluation = try policy.flatMap {
                EpisodeSummary(try Evaluator(environment: specification, seed: 1_000).episodes(100, of: $0))
            }
            rows.append((seconds, steps))
            if !solved { failures.append(seed) }
            print(
                "seed \(seed): \(solved ? "475" : "NOT SOLVED") after \(steps) steps, "
                    + "\((seconds * 1000).rounded() / 1000) s; "
                    + "100 evaluation episodes: \(evaluation?.returnMean ?? .nan)")
        }
        let sorted = rows.map(\.seconds).sorted()
        let steps = rows.map(\.steps).sorted()
        print(
            "solved \(seeds - failures.count) of \(seeds); median \(steps[steps.count / 2]) steps "
                + "[\(steps[0])..\(steps[steps.count - 1])], \(sorted[sorted.count / 2]) s "
                + "[\(sorted[0])..\(sorted[sorted.count - 1])]")
    }
}
