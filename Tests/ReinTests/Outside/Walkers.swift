import Rein

/// Three agents on a line that step to either side; the second leaves early, and all are cut off after a while.
struct Walkers: MultiAgentEnvironment {
    var time = 0
    var places: [3 of Float] = [0, 0, 0]

    var agents: [AgentID] { ["left", "middle", "right"] }
    func observationSpace(of agent: Int) -> Box { Box(-100...100, shape: [2]) }
    func actionSpace(of agent: Int) -> ActionSpace { .box(Box(-1...1, shape: [1])) }

    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        time = 0
        places = [-1, 0, 1]
    }

    mutating func step(_ turn: inout AgentTurn) -> Status {
        for agent in 0..<3 where turn.acts(agent) {
            places[agent] += turn.action(of: agent, as: [1 of Float].self)[0]
            turn.reward(agent, -Double(places[agent] * places[agent]))
        }
        time += 1
        if time == 7 { turn.end(1, .truncated) }
        return time == 12 ? .truncated : .running
    }

    func observe(_ agent: Int, into observation: inout ObservationRow) {
        observation[0] = places[agent]
        observation[1] = Float(time)
    }
}

extension Walkers {
    private enum CodingKeys: String, CodingKey { case time, left, middle, right }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        time = try container.decode(Int.self, forKey: .time)
        places = [
            try container.decode(Float.self, forKey: .left), try container.decode(Float.self, forKey: .middle),
            try container.decode(Float.self, forKey: .right),
        ]
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(places[0], forKey: .left)
        try container.encode(places[1], forKey: .middle)
        try container.encode(places[2], forKey: .right)
    }
}
