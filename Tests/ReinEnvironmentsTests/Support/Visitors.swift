import ReinEnvironments
import ReinNumerics

/// A host, and two guests who come and go by chance; spaces differ, and guests may not do what they did last.
struct Visitors: MultiAgentEnvironment {
    static let timeLimit: Int? = 23
    static let masksActions = true

    var time = 0
    var stays: [Int] = [0, 0, 0]
    var last: [Int] = [0, 0, 0]
    var wind: Float = 0
    var random = NumPyRandom(seed: 0)

    var agents: [AgentID] { ["host", "guest_1", "guest_2"] }
    func observationSpace(of agent: Int) -> Box { Box(-1_000...1_000, shape: [agent == 0 ? 3 : 2]) }
    func actionSpace(of agent: Int) -> ActionSpace {
        agent == 0 ? .box(Box(-1...1, shape: [2])) : .discrete(3)
    }

    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        if let seed { random = NumPyRandom(seed: seed) }
        time = 0
        wind = Float(random.uniform(-1, 1))
        for agent in 0..<3 {
            stays[agent] = 0
            last[agent] = 0
        }
        turn.ask(0)
    }

    mutating func step(_ turn: inout AgentTurn) -> Status {
        time += 1
        wind = Float(random.uniform(-1, 1))
        let push = turn.action(of: 0, as: SIMD2<Float>.self)
        turn.reward(0, Double(push.x - push.y))
        turn.ask(0)
        for guest in 1...2 {
            if turn.acts(guest) {
                let action = turn.action(of: guest)
                precondition(action != last[guest], "an invalid action was taken")
                last[guest] = action
                turn.reward(guest, Double(action))
                stays[guest] -= 1
                if stays[guest] > 0 {
                    turn.ask(guest)
                } else {
                    turn.end(guest, action == 1 ? .truncated : .terminated)
                }
            } else if random.uniform(0, 1) < 0.3 {
                stays[guest] = 1 + Int(random.uniform(0, 4))
                turn.ask(guest)
            }
        }
        return random.uniform(0, 1) < 0.03 ? .terminated : .running
    }

    func observe(_ agent: Int, into observation: inout ObservationRow) {
        observation[0] = Float(time)
        observation[1] = wind
        if agent == 0 { observation[2] = Float(stays[1] + 10 * stays[2]) }
    }

    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) { mask[last[agent]] = false }
}
