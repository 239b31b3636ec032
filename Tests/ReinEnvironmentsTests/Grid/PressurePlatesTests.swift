import ReinEnvironments
import ReinNumerics
import Testing

@Suite struct PressurePlatesTests {
    /// Mean return of both agents together over 200 episodes, and the share that was solved.
    private func play(
        _ choose: (_ agent: Int, _ observation: [Float]) -> Int
    ) throws -> (value: Double, solved: Double) {
        let count = 200
        let specification = try EnvironmentRegistry.multiAgentSpecification("PressurePlates-v0")
        let run = MultiAgentRun(specification.makeVector(count: count, seed: 4))
        try run.resetAll()
        var (value, solved) = (0.0, 0)
        var running = Array(0..<count)
        while !running.isEmpty {
            for environment in running {
                for agent in 0..<2 {
                    run.write([Float(choose(agent, run.observe(environment, agent).observation))], environment, agent)
                }
                try run.vector.step(environment..<environment + 1)
                let rewards = run.row(environment, of: run.vector.rewards)
                #expect(rewards[0] == rewards[1])
                value += rewards[0] + rewards[1]
                if run.vector.episodeStatuses[environment] == .terminated { solved += 1 }
            }
            running.removeAll { run.vector.episodeStatuses[$0] != .running }
        }
        return (value / Double(count), Double(solved) / Double(count))
    }

    /// The way to the plate that is this agent's when both take those that keep the longer way short.
    private func cooperate(_ agent: Int, _ seen: [Float]) -> Int {
        func distance(_ place: Int, _ plate: Int) -> Float {
            abs(seen[place] - seen[plate]) + abs(seen[place + 1] - seen[plate + 1])
        }
        let straight = max(distance(0, 4), distance(2, 6))
        let crossed = max(distance(0, 6), distance(2, 4))
        let plate = straight < crossed || straight == crossed && agent == 0 ? 4 : 6
        if seen[0] != seen[plate] { return seen[0] < seen[plate] ? 4 : 3 }
        if seen[1] != seen[plate + 1] { return seen[1] < seen[plate + 1] ? 2 : 1 }
        return 0
    }

    @Test("Two who share out the plates solve it every time, above the threshold")
    func together() throws {
        let (value, solved) = try play(cooperate)
        #expect(solved == 1)
        #expect(value > PressurePlates.rewardThreshold ?? .infinity && value < 1.95, "\(value)")
    }

    @Test("Neither solves it alone, nor do two who both go for the same plate")
    func alone() throws {
        let lone = try play { agent, seen in agent == 0 ? cooperate(agent, seen) : 0 }
        #expect(lone.solved == 0 && abs(lone.value + 1.6) < 1e-9)
        let same = try play { _, seen in
            if seen[0] != seen[4] { return seen[0] < seen[4] ? 4 : 3 }
            if seen[1] != seen[5] { return seen[1] < seen[5] ? 2 : 1 }
            return 0
        }
        #expect(same.solved < 0.5)
    }
}
