/// The caller's memory for one observation: as many floats as the observation space has elements.
public typealias ObservationRow = MutableSpan<Float>

/// The caller's memory for one action mask: an entry for each action of a discrete space, or for each choice of every
/// component of a multi-discrete one, the components side by side; `true` is valid.
public typealias ActionMaskRow = MutableSpan<Bool>

/// A task to learn: a value that is reset, stepped and saved.
///
/// An environment is a struct whose stored properties are its whole state, the random generator included; its
/// `Codable` conformance, which the compiler writes, is what a checkpoint holds. Observations are written into the
/// caller's row, every element at every call, so a step allocates nothing.
///
///     /// A walk along six cells from the left end to the goal at the right end.
///     struct Corridor: Environment {
///         static let timeLimit: Int? = 50
///         var cell = 0
///         var random = NumPyRandom(seed: 0)
///
///         var observationSpace: Box { Box(0...5, shape: [1]) }
///         var actionSpace: ActionSpace { .discrete(2) }
///
///         mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
///             if let seed { random = NumPyRandom(seed: seed) }
///             cell = Int(random.uniform(0, 3))
///             observation[0] = Float(cell)
///         }
///
///         mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
///             cell = max(0, cell + (action == 1 ? 1 : -1))
///             observation[0] = Float(cell)
///             return cell == 5 ? Step(reward: 1, status: .terminated) : Step(reward: -0.1)
///         }
///     }
///
/// Train it with `PPO(environment: Corridor.self)`; ask ``EnvironmentChecker`` what is wrong with it.
public protocol Environment: Codable, Sendable {
    /// `Int` for a discrete action space (the index of the action), `[3 of Int]` for a multi-discrete one of three
    /// components, `Float`, a SIMD vector or an `InlineArray` of floats for a box.
    associatedtype Action: EnvironmentAction

    /// The name under which the environment is known, such as "CartPole-v1". The name of the type, unless given.
    static var id: String { get }
    /// The number of steps after which an episode is truncated. None, unless given.
    static var timeLimit: Int? { get }
    /// The mean return at which the task counts as solved. None, unless given.
    static var rewardThreshold: Double? { get }

    /// Whether the environment says which actions are valid, with ``writeActionMask(into:)``. False, unless given.
    static var masksActions: Bool { get }

    /// Creates the environment; it is reset before it is stepped.
    init()

    /// The shape and bounds of an observation. It never changes.
    var observationSpace: Box { get }
    /// The actions that ``step(_:into:)`` accepts. It never changes.
    var actionSpace: ActionSpace { get }

    /// Starts an episode and writes its first observation.
    ///
    /// The same seed gives the same episode for the same actions. Without a seed the environment goes on with the
    /// random generator it has.
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow)

    /// Takes an action, writes the observation that follows and returns the reward and the status.
    ///
    /// Elements of observations are finite, and so is the reward, also as a 32-bit float; training and evaluation end with
    /// an ``EnvironmentFault`` at any other number. After a step that is not `running` the row holds the final observation
    /// of the episode, and the next call must be ``reset(seed:into:)``. Continuous actions may lie outside the space: the
    /// environment clips them if it must.
    mutating func step(_ action: Action, into observation: inout ObservationRow) -> Step

    /// Steps a number of environments of this kind together. One after the other, unless given.
    ///
    /// An environment whose physics can be computed for several copies at once may do so here; every bit must be as
    /// ``step(_:into:)`` has it. Environments whose episode ends are reset by the caller.
    static func step(_ environments: EnvironmentLanes<Self>, _ rows: EnvironmentRows)

    /// Writes which actions are valid in the present state, if the environment ``masksActions``. No policy of Rein's
    /// takes any other, in training or outside.
    ///
    ///     static let masksActions = true
    ///     func writeActionMask(into mask: inout ActionMaskRow) {
    ///         for cell in 0..<9 where board[cell] != 0 { mask[cell] = false }
    ///     }
    ///
    /// All entries are `true` when the call comes. At least one must stay so, for each component of a multi-discrete
    /// action; training and evaluation end with an ``EnvironmentFault`` otherwise. The call comes after every reset and every step that has not terminated the episode; the result is a
    /// function of the state.
    func writeActionMask(into mask: inout ActionMaskRow)
}

/// What an environment need not say.
extension Environment {
    /// The name of the type.
    public static var id: String { String(describing: Self.self) }
    /// No limit.
    public static var timeLimit: Int? { nil }
    /// No threshold.
    public static var rewardThreshold: Double? { nil }
    /// Every action is always valid.
    @inlinable public static var masksActions: Bool { false }
    /// All actions stay valid.
    @inlinable public func writeActionMask(into mask: inout ActionMaskRow) {}

    /// Steps one environment after the other.
    @inlinable public static func step(_ environments: EnvironmentLanes<Self>, _ rows: EnvironmentRows) {
        for index in 0..<environments.count {
            var observation = rows.observation(index).mutableSpan
            let step = environments[index].pointee.step(Action(row: rows.action(index)), into: &observation)
            rows.rewards[index] = step.reward
            rows.statuses[index] = step.status
        }
    }
}
