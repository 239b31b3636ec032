/// A number on its way from an environment to a policy, or back, that is no finite 32-bit float: NaN, infinity, or a
/// reward beyond the largest float.
///
/// Training and evaluation look at every number once, before anything is made of it: running statistics never get rid of
/// a NaN, and limits can hide an infinity.
public struct EnvironmentFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the number is.
    public enum Quantity: Sendable, Hashable {
        /// The reward of a step; with several agents, what an agent earned from one action to the next.
        case reward
        /// An element of an observation.
        case observation(element: Int)
        /// An element of an action that a policy chose.
        case action(element: Int)
    }

    /// The episode that the number belongs to.
    public enum Episode: Sendable, Hashable {
        /// The present one of a copy of the environment, by its index.
        case copy(Int)
        /// The one that starts from a seed, in an evaluation.
        case seed(Int)
    }

    /// The name of the environment.
    public let environment: String
    /// The episode.
    public let episode: Episode
    /// The agent, in an environment of several.
    public let agent: AgentID?
    /// The number of the step in the episode, from 1; 0 for the observation of a reset.
    public let step: Int
    /// What the number is.
    public let quantity: Quantity
    /// The number's bits, so that two faults of NaN are equal.
    private let bits: UInt64

    /// Describes a number.
    public init(
        environment: String, episode: Episode, agent: AgentID? = nil, step: Int, quantity: Quantity, value: Double
    ) {
        self.environment = environment
        self.episode = episode
        self.agent = agent
        self.step = step
        self.quantity = quantity
        bits = value.bitPattern
    }

    /// The number.
    public var value: Double { Double(bitPattern: bits) }

    /// Where the number was met, and what it is.
    public var description: String {
        let place =
            switch episode {
            case .copy(let index): "copy \(index)"
            case .seed(let seed): "the episode of seed \(seed)"
            }
        let player = agent.map { ", agent \"\($0)\"" } ?? ""
        let name =
            switch quantity {
            case .reward: "the reward of step \(step)"
            case .observation(let element) where step == 0: "element \(element) of the first observation"
            case .observation(let element): "element \(element) of the observation after step \(step)"
            case .action(let element): "element \(element) of the policy's action in step \(step)"
            }
        return "environment \(environment), \(place)\(player): \(name) is \(value), which is no finite 32-bit float"
    }
}
