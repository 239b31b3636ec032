import ReinEnvironments
import ReinNumerics
import ReinTestSupport
import Testing

@Suite struct SoleAgentTests {
    @Test("There and back again is the same environment, bit for bit")
    func roundTrip() {
        check(CartPole.self)
        check(Pendulum.self)
        check(Corridor.self)
        check(Countdown.self)
        check(MaskedMultiIdentity.self)
    }

    private func check<E: Environment>(_ type: E.Type) {
        var wrapped = SoleAgent<IndependentAgents<E>, E.Action>(IndependentAgents(count: 1))
        var plain = TimeLimit<E>()
        #expect(wrapped.observationSpace == plain.observationSpace && wrapped.actionSpace == plain.actionSpace)
        var random = RandomStream(seed: 1, name: "actions")
        var action = [Float](repeating: 0, count: plain.actionSpace.width)
        #expect(wrapped.reset(seed: 3) == plain.reset(seed: 3))
        var ends = 0
        for _ in 0..<700 {
            if E.masksActions {
                let mask = self.mask(of: plain)
                #expect(self.mask(of: wrapped) == mask)
                plain.actionSpace.sample(into: &action, mask: mask, using: &random)
            } else {
                plain.actionSpace.sample(into: &action, using: &random)
            }
            let (one, other) = (wrapped.step(row: action), plain.step(row: action))
            #expect(one.observation == other.observation && one.step == other.step)
            if other.step.status != .running {
                ends += 1
                #expect(wrapped.reset(seed: nil) == plain.reset(seed: nil))
            }
        }
        #expect(ends > 2)
    }

    private func mask(of environment: some Environment) -> [Bool] {
        var mask = [Bool](repeating: true, count: environment.actionSpace.maskWidth)
        var span = mask.mutableSpan
        environment.writeActionMask(into: &span)
        return mask
    }

    @Test("An environment of one agent is trained on as any other: it has a specification and a vector")
    func specification() throws {
        let specification = EnvironmentSpecification(SoleAgent<Lone, Int>.self)
        #expect(specification.id == "Lone" && specification.timeLimit == 4 && specification.masksActions)
        let vector = specification.makeVector(seeds: [1])
        var observations: [Float] = [.nan]
        var masks = [false, false]
        try vector.reset(0..<1, observations: &observations, masks: &masks)
        #expect(observations == [0] && masks == [true, false])
        var (finals, rewards, statuses) = ([Float.nan], [Double.nan], [Status.running])
        func step(_ action: Float) throws {
            try vector.step(
                0..<1, actions: [action], observations: &observations, finalObservations: &finals, rewards: &rewards,
                statuses: &statuses, masks: &masks)
        }
        for _ in 0..<4 { try step(0) }
        #expect(statuses == [.truncated] && finals == [4] && observations == [0])
        try step(0)
        try step(0)
        try step(0)
        #expect(masks == [true, true] && statuses == [.running] && rewards == [3])
        try step(1)
        #expect(statuses == [.terminated] && rewards == [4] && finals == [4])
    }

    @Test("Every type of action is written as it is read")
    func actions() {
        func check<A: EnvironmentAction>(_ type: A.Type) {
            let row = (0..<A.width).map { Float($0 + 1) }
            var copy = [Float](repeating: .nan, count: A.width)
            A(row: row).write(into: &copy)
            #expect(copy == row)
        }
        check(Int.self)
        check(Float.self)
        check(SIMD2<Float>.self)
        check(SIMD3<Float>.self)
        check(SIMD4<Float>.self)
        check(SIMD8<Float>.self)
        check([5 of Float].self)
        check([3 of Int].self)
    }
}

/// One agent, which counts its steps, may say 1 from the third on, and leaves when it does.
private struct Lone: MultiAgentEnvironment {
    static let timeLimit: Int? = 4
    static let masksActions = true
    var time = 0

    var agents: [AgentID] { ["lone"] }
    func observationSpace(of agent: Int) -> Box { Box(0...4, shape: [1]) }
    func actionSpace(of agent: Int) -> ActionSpace { .discrete(2) }
    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) { time = 0 }
    mutating func step(_ turn: inout AgentTurn) -> Status {
        time += 1
        turn.reward(0, Double(time))
        if turn.action(of: 0) == 1 { turn.end(0, .terminated) }
        return turn.isInPlay(0) ? .running : .terminated
    }
    func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = Float(time) }
    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) { mask[1] = time > 2 }
}
