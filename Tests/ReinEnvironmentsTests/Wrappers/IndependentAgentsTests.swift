import ReinEnvironments
import ReinNumerics
import ReinTestSupport
import Testing

@Suite struct IndependentAgentsTests {
    @Test("Each agent lives as one alone does, until the last one ends")
    func cartPoles() throws {
        try check(IndependentAgents<CartPole>(count: 3), limit: 500, steps: 400)
        try check(IndependentAgents<Pendulum>(count: 2, timeLimit: 9), limit: 9, steps: 40)
        try check(IndependentAgents<Corridor>(count: 4), limit: 50, steps: 400)
        try check(IndependentAgents<MaskedMultiIdentity>(count: 2), limit: .max, steps: 250)
    }

    private func check<E: Environment>(_ environment: IndependentAgents<E>, limit: Int, steps: Int) throws {
        let seed: UInt64 = 7
        let count = environment.agents.count
        var run = MultiAgentRun(MultiAgentVector(seeds: [seed]) { environment })
        var alone = (0..<count).map { _ in TimeLimit(E(), limit: limit) }
        try run.resetAll()
        var seen = alone.indices.map { alone[$0].reset(seed: seed + UInt64($0)) }
        var isOver = [Bool](repeating: false, count: count)
        var ends = 0
        for _ in 0..<steps {
            for agent in 0..<count where !isOver[agent] { #expect(run.observe(0, agent).observation == seen[agent]) }
            run.act()
            let acts = run.row(0, of: run.vector.acts)
            #expect(acts == isOver.map { !$0 })
            try run.stepAll()
            for agent in 0..<count where acts[agent] {
                let first = run.vector.actionOffsets[agent]
                let action = Array(run.vector.actions.elements[first..<first + E.Action.width])
                let (observation, step) = alone[agent].step(row: action)
                seen[agent] = observation
                #expect(run.vector.rewards[agent] == step.reward)
                #expect(run.vector.statuses[agent] == step.status)
                #expect(run.observe(0, agent, masks: false).observation == observation)
                isOver[agent] = step.status != .running
            }
            #expect((run.vector.episodeStatuses[0] != .running) == !isOver.contains(false))
            if !isOver.contains(false) {
                ends += 1
                try run.resetEnded()
                seen = alone.indices.map { alone[$0].reset(seed: nil) }
                isOver = isOver.map { _ in false }
            }
        }
        #expect(ends > 1)
    }

    @Test("MultiAgentCartPole is registered with two agents and can be made with any number")
    func cartPole() throws {
        let specification = try EnvironmentRegistry.multiAgentSpecification("MultiAgentCartPole-v1")
        #expect(specification.agents == ["agent_0", "agent_1"] && specification.timeLimit == nil)
        let four = MultiAgentSpecification(MultiAgentCartPole.self) { MultiAgentCartPole(count: 4) }
        #expect(four.id == "MultiAgentCartPole-v1" && four.agents.count == 4)
        #expect(four.makeVector(count: 2, seed: 1).actionWidth == 4)
    }
}
