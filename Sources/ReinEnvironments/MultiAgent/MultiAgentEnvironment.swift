/// A task for several agents: simultaneous or turn-based; agents may come and go within an episode.
///
/// As an ``Environment``, it is a struct whose stored properties are its whole state, the random generator included.
/// Agents go by their index in ``agents``. Who acts, who is in play and what each is paid passes through an
/// ``AgentTurn``; what an agent sees is asked for with ``observe(_:into:)``, for those agents only whose observation
/// somebody needs. No call allocates.
///
///     /// Two agents say 0 or 1 at the same time, ten times: a point for both whenever they agree.
///     struct Agreement: MultiAgentEnvironment {
///         var round = 0
///         var last = [2 of Float](repeating: 0)
///
///         var agents: [AgentID] { ["left", "right"] }
///         func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [1]) }
///         func actionSpace(of agent: Int) -> ActionSpace { .discrete(2) }
///
///         mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) { round = 0 }
///
///         mutating func step(_ turn: inout AgentTurn) -> Status {
///             round += 1
///             for agent in 0..<2 {
///                 last[agent] = Float(turn.action(of: agent))
///                 turn.reward(agent, turn.action(of: 0) == turn.action(of: 1) ? 1 : 0)
///             }
///             return round == 10 ? .terminated : .running
///         }
///
///         func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = last[1 - agent] }
///     }
///
/// In a game of turns, reset and step say who is next: `turn.ask(1)`. Ask ``EnvironmentChecker`` what is wrong with an
/// environment.
public protocol MultiAgentEnvironment: Codable, Sendable {
    /// The name under which the environment is known, such as "ConnectFour-v3". The name of the type, unless given.
    static var id: String { get }
    /// The number of steps after which an episode is truncated for everyone. None, unless given.
    static var timeLimit: Int? { get }
    /// The mean return, summed over the agents, at which the task counts as solved. None, unless given.
    static var rewardThreshold: Double? { get }
    /// Whether the environment says which actions are valid, with ``writeActionMask(of:into:)``. False, unless given.
    static var masksActions: Bool { get }

    /// Creates the environment; it is reset before it is stepped.
    init()

    /// Every agent that may ever take part, in order, each name once. It never changes.
    var agents: [AgentID] { get }
    /// The shape and bounds of an agent's observations. It never changes.
    func observationSpace(of agent: Int) -> Box
    /// The actions of an agent. It never changes.
    func actionSpace(of agent: Int) -> ActionSpace

    /// Starts an episode: no agent is in play until it is asked.
    ///
    /// If nobody is asked, all agents join and act. The same seed gives the same episode for the same actions; without
    /// a seed the environment goes on with the random generator it has. There are no rewards yet.
    mutating func reset(seed: UInt64?, _ turn: inout AgentTurn)

    /// Takes the actions of the agents that act, pays rewards, and says who acts next and who leaves.
    ///
    /// - Returns: `running`, or how the episode ended for all agents still in play. If it is `running` and nobody was
    ///   asked, all agents in play act next; then there must be some, or training and evaluation end with an
    ///   ``EnvironmentFault``.
    mutating func step(_ turn: inout AgentTurn) -> Status

    /// Writes what an agent sees now, every element: a function of the state.
    ///
    /// The call comes for agents that act next, for agents in play that wait, and, after they have left or the episode
    /// has ended, for agents that were in play.
    func observe(_ agent: Int, into observation: inout ObservationRow)

    /// Writes which actions of an agent are valid in the present state, if the environment ``masksActions`` and the
    /// agent's actions are discrete. A function of the state.
    ///
    /// All entries are `true` when the call comes. At least one must stay so, for each component of a multi-discrete
    /// action; training and evaluation end with an ``EnvironmentFault`` otherwise. The call comes for agents that act
    /// next, and for those that were truncated, even if it was not their turn.
    func writeActionMask(of agent: Int, into mask: inout ActionMaskRow)
}

/// What an environment for several agents need not say.
extension MultiAgentEnvironment {
    /// The name of the type.
    public static var id: String { String(describing: Self.self) }
    /// No limit.
    public static var timeLimit: Int? { nil }
    /// No threshold.
    public static var rewardThreshold: Double? { nil }
    /// Every action is always valid.
    @inlinable public static var masksActions: Bool { false }
    /// All actions stay valid.
    @inlinable public func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {}

    /// The parts of an agent's mask; none when the agent has no mask.
    @usableFromInline func maskParts(of agent: Int) -> MaskParts {
        MaskParts(Self.masksActions ? actionSpace(of: agent).choiceCounts : [])
    }
}
