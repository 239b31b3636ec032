/// Copies of an environment of one agent, each the world of one of several agents: RLlib's `make_multi_agent`.
///
/// The agents `agent_0`, `agent_1`... act at the same time and never meet. Each ends for itself, by its own task or by
/// the time limit of `Base`, and waits; the episode is over when all have ended, as the last one ended.
public struct IndependentAgents<Base: Environment>: MultiAgentEnvironment {
    /// The environment of each agent.
    @usableFromInline var copies: [TimeLimit<Base>]
    /// What each agent sees, `[agents, width]`.
    @usableFromInline var observations: [Float]

    /// Makes `count` copies, a positive number.
    ///
    /// - Parameters:
    ///   - count: the number of agents.
    ///   - timeLimit: the number of steps after which an agent is truncated, if any.
    ///   - make: creates the environment of one agent, without its time limit.
    @inlinable public init(count: Int, timeLimit: Int? = Base.timeLimit, make: () -> Base = { Base() }) {
        precondition(count > 0, "there must be agents")
        copies = (0..<count).map { _ in TimeLimit(make(), limit: timeLimit ?? .max) }
        observations = Array(repeating: 0, count: count * copies[0].observationSpace.count)
    }

    /// Makes two copies.
    @inlinable public init() { self.init(count: 2) }

    /// "MultiAgent" before the name of the environment of one.
    public static var id: String { "MultiAgent" + Base.id }
    /// Whether the environment of one masks actions.
    @inlinable public static var masksActions: Bool { Base.masksActions }

    /// `agent_0`, `agent_1` and so on.
    public var agents: [AgentID] { copies.indices.map { AgentID("agent_\($0)") } }
    /// The observation space of the environment of one.
    public func observationSpace(of agent: Int) -> Box { copies[agent].observationSpace }
    /// The action space of the environment of one.
    public func actionSpace(of agent: Int) -> ActionSpace { copies[agent].actionSpace }

    /// Starts an episode for everyone. The copy of agent i is reset with the seed plus i.
    @inlinable public mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        for agent in copies.indices {
            let seed = seed.map { $0 &+ UInt64(agent) }
            withRow(of: agent) { copy, row in copy.reset(seed: seed, into: &row) }
        }
    }

    /// Steps the copies of the agents that are in play.
    @inlinable public mutating func step(_ turn: inout AgentTurn) -> Status {
        var isOver = true
        var last = Status.running
        for agent in copies.indices where turn.acts(agent) {
            let action = turn.action(of: agent, as: Base.Action.self)
            let step = withRow(of: agent) { copy, row in copy.step(action, into: &row) }
            turn.reward(agent, step.reward)
            if step.status == .running {
                isOver = false
            } else {
                turn.end(agent, step.status)
                last = step.status
            }
        }
        return isOver ? last : .running
    }

    /// Writes what an agent saw last in its own environment.
    @inlinable public func observe(_ agent: Int, into observation: inout ObservationRow) {
        let width = observation.count
        for index in 0..<width { observation[index] = observations[agent * width + index] }
    }

    /// Writes the mask of an agent's own environment.
    @inlinable public func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        copies[agent].writeActionMask(into: &mask)
    }

    @inlinable @inline(__always) mutating func withRow<Result>(
        of agent: Int, _ body: (inout TimeLimit<Base>, inout ObservationRow) -> Result
    ) -> Result {
        let width = observations.count / copies.count
        return observations.withUnsafeMutableBufferPointer { rows in
            var row = UnsafeMutableBufferPointer(rebasing: rows[agent * width..<(agent + 1) * width]).mutableSpan
            return body(&copies[agent], &row)
        }
    }
}

/// Codable conformance: the copies and the observations.
extension IndependentAgents {
    private enum CodingKeys: String, CodingKey {
        case copies, observations
    }

    /// Reads the state that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` when there is no agent, or not one observation for each.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        copies = try container.decode([TimeLimit<Base>].self, forKey: .copies)
        observations = try container.decode([Float].self, forKey: .observations)
        guard let width = copies.first?.observationSpace.count, observations.count == copies.count * width else {
            throw DecodingError.dataCorruptedError(
                forKey: .observations, in: container,
                debugDescription: "\(observations.count) elements of observations for \(copies.count) agents")
        }
    }

    /// Writes the copies and the observations.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(copies, forKey: .copies)
        try container.encode(observations, forKey: .observations)
    }
}
