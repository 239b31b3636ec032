/// Agents that each balance a pole of their own: RLlib's MultiAgentCartPole, registered with two agents.
///
///     let four = MultiAgentSpecification(MultiAgentCartPole.self) { MultiAgentCartPole(count: 4) }
public typealias MultiAgentCartPole = IndependentAgents<CartPole>
