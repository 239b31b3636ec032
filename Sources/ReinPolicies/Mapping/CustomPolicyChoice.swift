public import ReinCheckpoints
public import ReinNumerics
public import ReinSpaces

/// How a program chooses an agent's policy for every episode, where rules that can be saved do not do.
///
///     // Both seats in turn.
///     let main: PolicyChoice = .chosen(among: ["main", "rival"]) { $0.episode.isMultiple(of: 2) ? "main" : "rival" }
///
/// A run repeats, and goes on with the same bits after it was restored, if the choice is a function of what it is given.
/// A checkpoint does not hold it: saving says so, and whoever restores the checkpoint gives a mapping again.
public final class CustomPolicyChoice: Sendable {
    /// The policies that may be chosen.
    public let policies: [PolicyID]
    /// Chooses one of the policies.
    public let choose: @Sendable (inout PolicyDraw) -> PolicyID

    /// Creates a choice.
    ///
    /// - Parameters:
    ///   - policies: all policies that may be chosen, at least one.
    ///   - choose: chooses one of them; the program stops at any other.
    public init(among policies: [PolicyID], choose: @escaping @Sendable (inout PolicyDraw) -> PolicyID) {
        self.policies = policies
        self.choose = choose
    }
}

/// What the choice of a policy may depend on.
public struct PolicyDraw: Sendable {
    /// The agent.
    public let agent: AgentID
    /// The index of the environment.
    public let environment: Int
    /// The number of episodes of this environment before this one; in an evaluation, of the evaluation.
    public let episode: Int
    /// The environment's stream of random numbers for such choices.
    public var random: RandomStream

    /// Creates what a choice depends on.
    public init(agent: AgentID, environment: Int, episode: Int, random: RandomStream) {
        self.agent = agent
        self.environment = environment
        self.episode = episode
        self.random = random
    }
}

extension CustomPolicyChoice: Hashable {
    /// Whether both are the same object.
    public static func == (left: CustomPolicyChoice, right: CustomPolicyChoice) -> Bool { left === right }

    /// Hashes the object's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension PolicyChoice {
    /// A choice that the program makes for every episode.
    ///
    /// - Parameters:
    ///   - policies: all policies that may be chosen, at least one.
    ///   - choose: chooses one of them; the program stops at any other.
    public static func chosen(
        among policies: [PolicyID], _ choose: @escaping @Sendable (inout PolicyDraw) -> PolicyID
    ) -> PolicyChoice {
        .custom(CustomPolicyChoice(among: policies, choose: choose))
    }
}
