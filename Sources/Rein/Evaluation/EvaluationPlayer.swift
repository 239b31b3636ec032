public import ReinEnvironments
public import ReinNumerics
public import ReinPolicies

/// Who acts for an agent in an evaluation.
public enum EvaluationPlayer: Sendable {
    /// A policy, with its most likely actions or, if it explores, with actions drawn from its distribution.
    // Behind a reference, since copying a policy within an enumeration takes much code, and nobody copies players often.
    indirect case policy(Policy, explores: Bool = false)
    /// Uniformly random valid actions.
    case random
    /// The program: a fixed opponent, or a person. It answers as a policy does, with what `Environment.step` receives:
    /// discrete actions count from 0.
    case scripted(@Sendable (inout ScriptedTurn) -> Action)
}

/// What a scripted player knows when it acts.
public struct ScriptedTurn: Sendable {
    /// The agent that it acts for.
    public let agent: AgentID
    /// What the agent sees, row-major.
    public let observation: [Float]
    /// Which actions are valid; empty when all are.
    public let mask: [Bool]
    /// The player's stream of random numbers, its own in every episode.
    public var random: RandomStream
}
