import ReinEnvironments
import ReinNumerics

/// Mistakes that people make in environments for several agents.
enum TeamFault: String, Codable, CaseIterable {
    case none, outside, notANumber, unwritten, rewardNotANumber
    case seedIgnored, resetKeepsState, resetUnseeded, generatorRestarts, stepUnseeded
    case spaceChanges, agentsChange, sameNames, noAgents, neverEnds, unboundedActions
    case emptyMask, deserted, payAfterLeaving, payBeforeJoining, payInReset, strayEnd

    var expected: EnvironmentProblem.Kind? {
        switch self {
        case .none: nil
        case .outside: .observationOutsideSpace
        case .notANumber: .nonFiniteObservation
        case .unwritten: .unwrittenObservation
        case .rewardNotANumber: .nonFiniteReward
        case .seedIgnored: .ignoredSeed
        case .resetKeepsState, .resetUnseeded: .irreproducibleReset
        case .generatorRestarts: .restartingGenerator
        case .stepUnseeded: .irreproducibleStep
        case .spaceChanges: .changingSpace
        case .agentsChange: .changingAgents
        case .sameNames, .noAgents: .agentNames
        case .neverEnds: .endlessEpisode
        case .unboundedActions: .unboundedActions
        case .emptyMask: .emptyMask
        case .deserted: .nobodyActs
        case .payAfterLeaving, .payBeforeJoining, .payInReset: .strayReward
        case .strayEnd: .strayEnd
        }
    }
}

/// Two on a random walk, with one fault of choice. The second comes at step 2, is truncated at step 5, and comes back
/// at step 10.
struct FaultyTeam: MultiAgentEnvironment {
    static let masksActions = true
    var fault = TeamFault.none
    var x: Float = 0
    var elapsed = 0
    var lastSeed: UInt64 = 0
    var random = NumPyRandom(seed: 0)

    init() {}
    init(_ fault: TeamFault) { self.fault = fault }

    var agents: [AgentID] {
        switch fault {
        case .noAgents: []
        case .sameNames: ["left", "left"]
        case .agentsChange where elapsed > 0: ["left", "middle"]
        default: ["left", "right"]
        }
    }
    func observationSpace(of agent: Int) -> Box {
        Box((fault == .spaceChanges && agent == 1 && elapsed > 0 ? -2 : -1)...1, shape: [2])
    }
    func actionSpace(of agent: Int) -> ActionSpace {
        if agent == 0 { return .discrete(3) }
        return .box(fault == .unboundedActions ? Box(low: [-1], high: [.infinity]) : Box(-1...1, shape: [1]))
    }

    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        lastSeed = seed ?? lastSeed
        if let seed, fault != .seedIgnored { random = NumPyRandom(seed: seed) }
        if fault == .seedIgnored || fault == .generatorRestarts {
            random = NumPyRandom(seed: fault == .seedIgnored ? 3 : lastSeed)
        }
        elapsed = 0
        if fault != .resetKeepsState { x = 0 }
        x = max(-1, min(1, x + Float(random.uniform(-0.5, 0.5))))
        if fault == .resetUnseeded { x = .random(in: -0.5...0.5) }
        turn.ask(0)
        if fault == .payInReset { turn.reward(0, 1) }
    }

    mutating func step(_ turn: inout AgentTurn) -> Status {
        elapsed += 1
        x += 0.1 * Float(turn.action(of: 0) - 1) + 0.1 * Float(random.uniform(-1, 1))
        if turn.acts(1) { x += 0.1 * turn.action(of: 1, as: Float.self) }
        if fault == .stepUnseeded { x = .random(in: -1...1) }
        x = max(-1, min(1, x))
        turn.reward(0, fault == .rewardNotANumber && elapsed == 9 ? .nan : 1)
        switch elapsed {
        case 1 where fault == .payBeforeJoining: turn.reward(1, 1)
        case 2, 10:
            turn.ask(0)
            turn.ask(1)
        case 5:
            turn.end(1, .truncated)
            turn.reward(1, 2)
        case 7 where fault == .payAfterLeaving: turn.reward(1, 1)
        case 7 where fault == .strayEnd: turn.end(1, .terminated)
        case 8 where fault == .deserted: turn.end(0, .terminated)
        default: break
        }
        return fault != .neverEnds && elapsed >= 20 ? .terminated : .running
    }

    func observe(_ agent: Int, into observation: inout ObservationRow) {
        observation[0] = fault == .outside && elapsed == 12 && agent == 1 ? 1.5 : x
        if fault != .unwritten { observation[1] = fault == .notANumber && elapsed == 5 && agent == 1 ? .nan : -x }
    }

    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        mask[elapsed % 3] = false
        if fault == .emptyMask && elapsed == 9 { for action in 0..<3 { mask[action] = false } }
    }
}

/// Leaves a truncated agent without a valid action, though all who act have one.
struct MutedTeam: MultiAgentEnvironment {
    static let masksActions = true
    var elapsed = 0
    var start = 0.0
    var random = NumPyRandom(seed: 0)

    var agents: [AgentID] { ["one", "two"] }
    func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [1]) }
    func actionSpace(of agent: Int) -> ActionSpace { .multiDiscrete([2, 2]) }
    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        if let seed { random = NumPyRandom(seed: seed) }
        start = random.uniform(0, 1)
        elapsed = 0
    }
    mutating func step(_ turn: inout AgentTurn) -> Status {
        elapsed += 1
        if elapsed == 3 { turn.end(1, .truncated) }
        return elapsed == 6 ? .terminated : .running
    }
    func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = Float(start) }
    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        if agent == 1 && elapsed == 3 { for choice in 2..<4 { mask[choice] = false } }
    }
}

/// Saves less than its whole state.
struct ForgetfulTeam: MultiAgentEnvironment {
    enum CodingKeys: String, CodingKey { case start, random, elapsed }
    var start = 0.0
    var elapsed = 0
    var random = NumPyRandom(seed: 0)
    var wind = 0.0

    var agents: [AgentID] { ["one", "two"] }
    func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [1]) }
    func actionSpace(of agent: Int) -> ActionSpace { .discrete(2) }
    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        if let seed { random = NumPyRandom(seed: seed) }
        (start, wind, elapsed) = (random.uniform(0, 1), random.uniform(0, 1), 0)
    }
    mutating func step(_ turn: inout AgentTurn) -> Status {
        elapsed += 1
        for agent in 0..<2 { turn.reward(agent, wind) }
        return elapsed == 10 ? .terminated : .running
    }
    func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = Float(start) }
}

/// Keeps its state in an object, which copies share.
struct SharedTeam: MultiAgentEnvironment {
    final class Storage: Codable, @unchecked Sendable { var team = FaultyTeam() }
    static let masksActions = true
    var storage = Storage()

    var agents: [AgentID] { storage.team.agents }
    func observationSpace(of agent: Int) -> Box { storage.team.observationSpace(of: agent) }
    func actionSpace(of agent: Int) -> ActionSpace { storage.team.actionSpace(of: agent) }
    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) { storage.team.reset(seed: seed, &turn) }
    mutating func step(_ turn: inout AgentTurn) -> Status { storage.team.step(&turn) }
    func observe(_ agent: Int, into observation: inout ObservationRow) {
        storage.team.observe(agent, into: &observation)
    }
    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        storage.team.writeActionMask(of: agent, into: &mask)
    }
}

/// Masks continuous actions, which have no mask, and has an impossible time limit.
struct MaskedBoxTeam: MultiAgentEnvironment {
    static let masksActions = true
    static let timeLimit: Int? = 0
    var agents: [AgentID] { ["one"] }
    func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [1]) }
    func actionSpace(of agent: Int) -> ActionSpace { .box(Box(0...1, shape: [1])) }
    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {}
    mutating func step(_ turn: inout AgentTurn) -> Status { .running }
    func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = 0 }
}
