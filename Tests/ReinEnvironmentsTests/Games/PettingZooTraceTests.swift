import ReinEnvironments
import ReinNumerics
import Testing

/// The games of PettingZoo beside its own recorded episodes.
@Suite struct PettingZooTraceTests {
    @Test("Recorded games are repeated turn by turn", arguments: ["tictactoe_v3", "connect_four_v3"])
    func games(name: String) throws {
        let trace = try PettingZooTrace(of: name)
        let id = name == "tictactoe_v3" ? "TicTacToe-v3" : "ConnectFour-v3"
        let run = MultiAgentRun(try EnvironmentRegistry.multiAgentSpecification(id).makeVector(seeds: [1]))
        #expect(run.vector.agents == trace.agents.map { AgentID($0) })
        #expect(trace.episodes.count == 10)
        for (number, episode) in trace.episodes.enumerated() {
            try run.resetAll()
            var gathered = [0.0, 0.0]
            for (index, turn) in episode.steps.enumerated() {
                let place = Comment(rawValue: "\(id), game \(number), turn \(index)")
                let agent = try #require(trace.agents.firstIndex(of: turn.agent))
                let seen = run.observe(0, agent, masks: turn.action != nil)
                #expect(seen.observation == turn.observation.flatMap { $0.flatMap { $0 } }, place)
                #expect(turn.cumulativeReward == gathered[agent], place)
                guard let action = turn.action else {
                    #expect(turn.terminated && run.vector.statuses[agent] == .terminated, place)
                    #expect(run.vector.episodeStatuses[0] == .terminated, place)
                    continue
                }
                #expect(run.vector.episodeStatuses[0] == .running, place)
                #expect(run.row(0, of: run.vector.acts) == [agent == 0, agent == 1], place)
                #expect(seen.mask == turn.mask.map { $0 == 1 }, place)
                run.write([Float(action)], 0, agent)
                try run.stepAll()
                let rewards = run.row(0, of: run.vector.rewards)
                #expect(rewards == trace.agents.map { turn.rewards[$0] ?? .nan }, place)
                gathered[agent] = 0
                for player in 0..<2 { gathered[player] += rewards[player] }
            }
        }
    }
}
