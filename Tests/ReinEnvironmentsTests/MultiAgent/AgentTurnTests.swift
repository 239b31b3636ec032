import ReinEnvironments
import ReinNumerics
import Testing

/// Who acts, who is in play, who is paid and who leaves.
@Suite struct AgentTurnTests {
    private func play(_ script: [[ScriptedAgents.Line]], steps: Int = 0) throws -> MultiAgentRun {
        let run = MultiAgentRun(MultiAgentVector(seeds: [1]) { ScriptedAgents(script) })
        try run.resetAll()
        for _ in 0..<steps { try run.stepAll() }
        return run
    }

    private func expect(
        _ run: MultiAgentRun, acts: [Bool], inPlay: [Bool]? = nil, rewards: [Double] = [0, 0, 0],
        statuses: [Status] = [.running, .running, .running], episode: Status = .running,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.row(0, of: run.vector.acts) == acts, sourceLocation: sourceLocation)
        #expect(run.row(0, of: run.vector.inPlay) == inPlay ?? acts, sourceLocation: sourceLocation)
        #expect(run.row(0, of: run.vector.rewards) == rewards, sourceLocation: sourceLocation)
        #expect(run.row(0, of: run.vector.statuses) == statuses, sourceLocation: sourceLocation)
        #expect(run.vector.episodeStatuses[0] == episode, sourceLocation: sourceLocation)
    }

    @Test("If nobody is asked, all play, and go on playing")
    func simultaneous() throws {
        let run = try play([[]])
        expect(run, acts: [true, true, true])
        try run.stepAll()
        expect(run, acts: [true, true, true])
    }

    @Test("Agents join when they are asked for the first time, and wait while others act")
    func turns() throws {
        let run = try play([[.ask(1)], [.ask(0)], [.ask(1), .ask(2)], []])
        expect(run, acts: [false, true, false])
        try run.stepAll()
        expect(run, acts: [true, false, false], inPlay: [true, true, false])
        try run.stepAll()
        expect(run, acts: [false, true, true], inPlay: [true, true, true])
        try run.stepAll()
        expect(run, acts: [true, true, true])
    }

    @Test("Rewards add up within a step, go to those who wait as well, and start from zero at the next")
    func rewards() throws {
        let run = try play([[.ask(0), .ask(1)], [.reward(0, 1), .reward(0, 0.5), .reward(1, -2), .ask(0)], [.ask(1)]])
        try run.stepAll()
        expect(run, acts: [true, false, false], inPlay: [true, true, false], rewards: [1.5, -2, 0])
        try run.stepAll()
        expect(run, acts: [false, true, false], inPlay: [true, true, false])
    }

    @Test("An agent that leaves is paid in that step, acts no more, and may come back")
    func leaving() throws {
        let run = try play([[], [.end(1, .terminated), .reward(1, 3)], [.ask(0)], [.ask(0), .ask(1), .ask(2)]])
        try run.stepAll()
        expect(
            run, acts: [true, false, true], rewards: [0, 3, 0], statuses: [.running, .terminated, .running])
        try run.stepAll()
        expect(run, acts: [true, false, false], inPlay: [true, false, true])
        try run.stepAll()
        expect(run, acts: [true, true, true])
    }

    @Test("An agent may leave and be asked anew in one step; an end after the question voids it")
    func respawn() throws {
        let run = try play([[], [.end(0, .truncated), .ask(0), .ask(1), .end(1, .terminated)]])
        try run.stepAll()
        expect(
            run, acts: [true, false, false], inPlay: [true, false, true],
            statuses: [.truncated, .terminated, .running])
    }

    @Test("The end of an episode ends all who are in play, and nobody else")
    func episodeEnd() throws {
        let run = try play([[.ask(0), .ask(1)], [.end(0, .terminated), .finish(.truncated)]], steps: 1)
        expect(
            run, acts: [false, false, false], statuses: [.terminated, .truncated, .running], episode: .truncated)
        try run.resetAll()
        expect(run, acts: [true, true, false])
    }

    @Test("Who comes in the very step that ends the episode has nothing to end; an end of its own stays")
    func comingAtTheEnd() throws {
        let run = try play(
            [[.ask(0), .ask(1)], [.end(0, .terminated), .ask(0), .ask(2), .finish(.truncated)]], steps: 1)
        expect(
            run, acts: [false, false, false], statuses: [.terminated, .truncated, .running], episode: .truncated)
    }

    @Test("The end of an agent that is not in play, or has only just come, leaves no status")
    func strayEnd() throws {
        let run = try play([[.ask(0)], [.end(1, .terminated), .ask(2), .end(2, .truncated), .ask(0)]], steps: 1)
        expect(run, acts: [true, false, false])
    }

    @Test("Rewards in a reset are not handed on")
    func paidReset() throws {
        expect(try play([[.reward(0, 1), .ask(0)]]), acts: [true, false, false])
    }

    @Test("A step sees the actions of those who act")
    func actions() throws {
        let run = try play([[.ask(0), .ask(2)]])
        for agent in 0..<3 { run.write([Float(agent + 3)], 0, agent) }
        try run.stepAll()
        let digits = try StateReaderProbe.int(run.vector.state, "environments", 0, "environment", "digits")
        #expect(digits == 503)
    }
}
