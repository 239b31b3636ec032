import Rein

/// Several agents: what it costs that they share an environment, and how long two of them take to balance.
enum MultiAgentTraining {
    /// Agents' steps per second of PPO, learning included: the same number of carts alone, two in each environment with
    /// a policy for both, and with a policy each; then a hundred agents with a policy each on one and on two threads.
    static func throughput() throws {
        let settings = PPO.Configuration(seed: 1).with {
            $0.environmentCount = 8
            $0.rolloutLength = 256
        }
        let pairs = settings.with { $0.environmentCount = 4 }
        let each: PolicyMapping = ["agent_0": "p0", "*": "p1"]
        try row("8 carts alone", PPO(environment: CartPole.self, configuration: settings))
        try row("4 pairs, one policy", PPO(environment: MultiAgentCartPole.self, configuration: pairs))
        try row(
            "4 pairs, two policies",
            PPO(
                environment: MultiAgentCartPole.self, configuration: pairs,
                lineup: Lineup(policies: ["p0", "p1"], mapping: each)))
        let hundred = MultiAgentSpecification(MultiAgentCartPole.self, id: "Hundred") { MultiAgentCartPole(count: 100) }
        for threads in [1, 2] {
            try row(
                "100 agents, a policy each, \(threads) thread(s)",
                PPO(
                    environment: hundred,
                    configuration: settings.with {
                        $0.environmentCount = 1
                        $0.rolloutLength = 128
                    },
                    lineup: Lineup(policies: hundred.agents.map { try PolicyID($0.name) }, mapping: .oneForEachAgent),
                    threads: threads))
        }
    }

    private static func row(_ name: String, _ algorithm: PPO) throws {
        for _ in 0..<3 { _ = try algorithm.train() }
        var rates: [Double] = []
        var (sampling, total) = (0.0, 0.0)
        for _ in 0..<5 {
            var seconds = 0.0
            let before = algorithm.counters.agentSteps
            while seconds < 0.7 {
                let result = try algorithm.train()
                seconds += result.seconds
                sampling += result.samplingSeconds
            }
            total += seconds
            rates.append(Double(algorithm.counters.agentSteps - before) / seconds)
        }
        rates.sort()
        print(
            "PPO, \(name): \(Int(rates[2])) agents' steps/s [\(Int(rates[0]))..\(Int(rates[4]))], collecting "
                + "\(Int(100 * sampling / total)) %")
    }

    /// Steps until two agents with a policy each have a summed return of 800 over the last 100 episodes, with the
    /// defaults, and their return in 100 episodes of evaluation.
    static func solve(seeds: Int) throws {
        var steps: [Int] = []
        for seed in 1...seeds {
            let algorithm = try PPO(
                environment: MultiAgentCartPole.self, configuration: PPO.Configuration(seed: seed),
                lineup: Lineup(policies: ["p0", "p1"], mapping: ["agent_0": "p0", "*": "p1"]))
            var solved = false
            while !solved, algorithm.counters.environmentSteps < 300_000 {
                guard let episodes = try algorithm.train().episodes else { continue }
                solved = episodes.count == 100 && episodes.returnMean >= 800
            }
            let evaluation = try algorithm.evaluate(episodes: 100, seed: 1_000)
            steps.append(algorithm.counters.environmentSteps)
            print(
                "two agents, seed \(seed): \(solved ? "800" : "NOT 800") after \(steps[seed - 1]) steps; 100 evaluation "
                    + "episodes: \(evaluation.summary?.returnMean ?? .nan)")
        }
        steps.sort()
        print("two agents: median \(steps[steps.count / 2]) steps [\(steps[0])..\(steps[steps.count - 1])]")
    }
}
