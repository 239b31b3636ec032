/// One agent in one environment of a ``MultiAgentVector``.
public struct AgentPlace: Hashable, Sendable, BitwiseCopyable {
    /// The index of the environment.
    public var environment: Int32
    /// The index of the agent in its environment.
    public var agent: Int32

    /// Names an agent.
    @inlinable public init(environment: Int32, agent: Int32) {
        self.environment = environment
        self.agent = agent
    }
}
