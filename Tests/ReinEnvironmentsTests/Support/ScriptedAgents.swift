import ReinEnvironments

/// Three agents in a play whose reset and steps say what the script says: `script[0]` is the reset.
struct ScriptedAgents: MultiAgentEnvironment {
    enum Line: Codable {
        case reward(Int, Double)
        case end(Int, Status)
        case ask(Int)
        case finish(Status)
    }

    var script: [[Line]] = [[]]
    var time = 0
    /// The sum of the actions taken in the last step, each multiplied by ten to the agent's index.
    var digits = 0

    init() {}
    init(_ script: [[Line]]) { self.script = script }

    var agents: [AgentID] { ["a", "b", "c"] }
    func observationSpace(of agent: Int) -> Box { Box(0...1_000, shape: [2]) }
    func actionSpace(of agent: Int) -> ActionSpace { .discrete(10) }

    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        time = 0
        _ = say(&turn)
    }

    mutating func step(_ turn: inout AgentTurn) -> Status {
        time += 1
        digits = 0
        var place = 1
        for agent in 0..<turn.agentCount {
            if turn.acts(agent) { digits += place * turn.action(of: agent) }
            place *= 10
        }
        return say(&turn)
    }

    func observe(_ agent: Int, into observation: inout ObservationRow) {
        observation[0] = Float(time)
        observation[1] = Float(agent)
    }

    private func say(_ turn: inout AgentTurn) -> Status {
        guard time < script.count else { return .running }
        var status = Status.running
        for line in script[time] {
            switch line {
            case .reward(let agent, let amount): turn.reward(agent, amount)
            case .end(let agent, let how): turn.end(agent, how)
            case .ask(let agent): turn.ask(agent)
            case .finish(let how): status = how
            }
        }
        return status
    }
}
