import Rein

/// Two agents in turn, and a third that watches: what is paid to whom and when is known in advance.
///
/// In step t agent t mod 2 acts. It is paid 1 at once, and its opponent −10 · (t + 1). Agent 2 acts in every fourth step
/// together with the other, and leaves, truncated, in every eighth, to come back later. Observations are the number of
/// the step. After 11 steps the episode is over.
struct Relay: MultiAgentEnvironment {
    static let last = 11
    var time = 0

    var agents: [AgentID] { ["even", "odd", "guest"] }
    func observationSpace(of agent: Int) -> Box { Box(0...100, shape: [1]) }
    func actionSpace(of agent: Int) -> ActionSpace { .discrete(3) }

    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        time = 0
        ask(&turn)
    }

    mutating func step(_ turn: inout AgentTurn) -> Status {
        let mover = time % 2
        turn.reward(mover, 1)
        if turn.isInPlay(1 - mover) { turn.reward(1 - mover, -10 * Double(time + 1)) }
        if turn.isInPlay(2) { turn.reward(2, 0.5) }
        time += 1
        if time % 8 == 0 { turn.end(2, .truncated) }
        guard time < Self.last else { return .terminated }
        ask(&turn)
        return .running
    }

    private func ask(_ turn: inout AgentTurn) {
        turn.ask(time % 2)
        if time % 4 == 0, time % 8 == 4 || time == 0 { turn.ask(2) }
    }

    func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = Float(time) }
}
