import Rein

/// Two agents of different kinds, at the same time: one names a number from 0 to 2, the other goes to a point of the
/// plane. The first is paid when it names the time modulo 3, the second for staying near the origin.
struct Duet: MultiAgentEnvironment {
    var time = 0
    var place: [2 of Float] = [0, 0]

    static var masksActions: Bool { true }
    var agents: [AgentID] { ["caller", "mover"] }
    func observationSpace(of agent: Int) -> Box {
        agent == 0 ? Box(0...1, shape: [3]) : Box(-1...1, shape: [2])
    }
    func actionSpace(of agent: Int) -> ActionSpace { agent == 0 ? .discrete(4) : .box(Box(-1...1, shape: [2])) }

    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        time = 0
        place = [0, 0]
    }

    mutating func step(_ turn: inout AgentTurn) -> Status {
        turn.reward(0, turn.action(of: 0) == time % 3 ? 1 : 0)
        place = turn.action(of: 1, as: [2 of Float].self)
        turn.reward(1, -Double(place[0] * place[0] + place[1] * place[1]))
        time += 1
        return time == 9 ? .terminated : .running
    }

    func observe(_ agent: Int, into observation: inout ObservationRow) {
        if agent == 0 {
            for index in 0..<3 { observation[index] = time % 3 == index ? 1 : 0 }
        } else {
            for index in 0..<2 { observation[index] = place[index] }
        }
    }

    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) { mask[3] = false }
}

extension Duet {
    private enum CodingKeys: String, CodingKey { case time, x, y }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        time = try container.decode(Int.self, forKey: .time)
        place = [try container.decode(Float.self, forKey: .x), try container.decode(Float.self, forKey: .y)]
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(place[0], forKey: .x)
        try container.encode(place[1], forKey: .y)
    }
}
