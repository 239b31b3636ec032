/// Something on its way from an environment to a policy, or back, that nobody can go on from: a number that is no finite
/// 32-bit float, being NaN, infinite, or a reward beyond the largest float; a mask that leaves no valid action; or a step
/// after which nobody acts, and the episode is not over. Or an environment that itself fails.
///
/// Training and evaluation look at every number once, before anything is made of it: running statistics never get rid of
/// a NaN, and limits can hide an infinity.
public struct EnvironmentFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Quantity: Sendable, Hashable {
        /// The reward of a step; with several agents, what an agent earned from one action to the next.
        case reward
        /// An element of an observation.
        case observation(element: Int)
        /// An element of an action that a policy chose.
        case action(element: Int)
        /// An action mask without a valid choice: for a component of a multi-discrete action, or for one of one component
        /// when nil.
        case mask(component: Int?)
        /// The agents that act next, of which there are none though the episode goes on.
        case actors
        /// An environment outside of this program, which has raised an error or is gone; with what there is to say of it,
        /// in one line or several.
        case failure(String)
    }

    /// The episode that it belongs to.
    public enum Episode: Sendable, Hashable {
        /// The present one of a copy of the environment, by its index.
        case copy(Int)
        /// Those of several copies, of which it is not known which one failed.
        case copies(Range<Int>)
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
    /// What is wrong.
    public let quantity: Quantity
    /// The number's bits, so that two faults of NaN are equal.
    private let bits: UInt64

    /// Describes what is wrong.
    ///
    /// - Parameters:
    ///   - environment: the name of the environment.
    ///   - episode: which episode it was in.
    ///   - agent: whose it is, among several agents.
    ///   - step: the number of the step in the episode, from 1; 0 for the observation of a reset.
    ///   - quantity: what is wrong.
    ///   - value: the number; 0 valid choices, or 0 agents, where there is no other.
    public init(
        environment: String, episode: Episode, agent: AgentID? = nil, step: Int, quantity: Quantity, value: Double = 0
    ) {
        self.environment = environment
        self.episode = episode
        self.agent = agent
        self.step = step
        self.quantity = quantity
        bits = value.bitPattern
    }

    /// Whether the environment itself failed, so that it is not known what has become of it.
    public var isFailure: Bool { if case .failure = quantity { true } else { false } }

    /// The number; 0 where there are no valid choices, or no agents.
    public var value: Double { Double(bitPattern: bits) }

    /// Where it was met, and what is wrong.
    public var description: String {
        let place =
            switch episode {
            case .copy(let index): "copy \(index)"
            case .copies(let range) where range.count == 1: "copy \(range.lowerBound)"
            case .copies(let range): "copies \(range.lowerBound) to \(range.upperBound - 1)"
            case .seed(let seed): "the episode of seed \(seed)"
            }
        let player = agent.map { ", agent \"\($0)\"" } ?? ""
        return "environment \(environment), \(place)\(player): \(problem)"
    }

    private var problem: String {
        let moment = step == 0 ? "at the start of the episode" : "after step \(step)"
        switch quantity {
        case .reward: return Self.notFinite("the reward of step \(step)", value)
        case .observation(let element):
            let observation = step == 0 ? "the first observation" : "the observation after step \(step)"
            return Self.notFinite("element \(element) of \(observation)", value)
        case .action(let element):
            return Self.notFinite("element \(element) of the policy's action in step \(step)", value)
        case .mask(nil):
            return "the action mask \(moment) leaves no valid action; it must where the episode goes on or is truncated"
        case .mask(let component?):
            return "the action mask \(moment) leaves no valid choice for component \(component) of the action; it must "
                + "where the episode goes on or is truncated"
        case .failure(let words): return words
        case .actors:
            return "nobody acts \(moment), though the episode goes on: all agents have left, and none is asked; the "
                + "step must return how the episode ended"
        }
    }

    private static func notFinite(_ name: String, _ value: Double) -> String {
        "\(name) is \(value), which is no finite 32-bit float"
    }
}
