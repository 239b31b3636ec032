import ReinEnvironments
import ReinNumerics
import Testing

@Suite struct MultiAgentTimeLimitTests {
    @Test("The limit truncates all in play, and an end on the very step stays an end")
    func limit() throws {
        let script: [[ScriptedAgents.Line]] = [[], [.end(0, .terminated)], [], [.finish(.terminated)]]
        for (limit, last) in [(2, Status.truncated), (3, .terminated), (9, .terminated)] {
            let run = MultiAgentRun(
                MultiAgentVector(seeds: [1]) { MultiAgentTimeLimit(ScriptedAgents(script), limit: limit) })
            for _ in 0..<2 {
                try run.resetAll()
                for time in 1...min(limit, 3) {
                    #expect(run.vector.episodeStatuses[0] == .running)
                    try run.stepAll()
                    if time == 1 { #expect(run.row(0, of: run.vector.statuses) == [.terminated, .running, .running]) }
                }
                #expect(run.vector.episodeStatuses[0] == last)
                #expect(run.row(0, of: run.vector.statuses) == [.running, last, last])
            }
        }
    }

    @Test("A limited environment is known by what is inside")
    func identity() {
        #expect(MultiAgentTimeLimit<PressurePlates>.id == "PressurePlates-v0")
        #expect(MultiAgentTimeLimit<PressurePlates>().limit == 40)
        #expect(MultiAgentTimeLimit<PressurePlates>.rewardThreshold == 1.7)
        #expect(MultiAgentTimeLimit<ConnectFour>().limit == .max)
        #expect(MultiAgentTimeLimit<ConnectFour>.masksActions && !MultiAgentTimeLimit<PressurePlates>.masksActions)
    }
}
