/// Something that ``EnvironmentChecker`` or ``VectorChecker`` found wrong with an environment.
public struct EnvironmentProblem: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of problem.
    public enum Kind: String, CaseIterable, Sendable {
        /// The action type reads another number of floats than the action space has.
        case actionWidth
        /// The time limit is not positive, or is not kept.
        case timeLimit
        /// A space is not the same before and after stepping.
        case changingSpace
        /// The environment masks continuous actions.
        case maskedContinuousActions
        /// A mask leaves no valid action in a state from which the episode goes on.
        case emptyMask
        /// An element of the observation row was left as it was.
        case unwrittenObservation
        /// An observation holds NaN or infinity.
        case nonFiniteObservation
        /// An observation lies outside the observation space.
        case observationOutsideSpace
        /// A reward is NaN or infinite, or too large for a 32-bit float.
        case nonFiniteReward
        /// The same seed gives another start, or another episode after earlier ones.
        case irreproducibleReset
        /// The same seed and actions give another episode.
        case irreproducibleStep
        /// A reset without a seed starts the random generator over.
        case restartingGenerator
        /// Copies of the environment share state, so that one disturbs another.
        case sharedState
        /// An environment restored from its state does not go on as the saved one.
        case incompleteState
        /// Different seeds give the same episodes: fine only if nothing in the task is random.
        case ignoredSeed
        /// An element of the action space has no bounds at a finite distance: a policy does not know its scale.
        case unboundedActions
        /// No episode ended, and there is no time limit.
        case endlessEpisode
        /// There are no agents, or two of one name.
        case agentNames
        /// The list of agents is not the same before and after stepping.
        case changingAgents
        /// An episode goes on after a step, but no agent is left in play and none is asked.
        case nobodyActs
        /// An agent is paid that is not in play, or in a reset.
        case strayReward
        /// An agent is to leave that is not in play.
        case strayEnd
        /// What the environment's specification says does not go together, so that no copies can be made.
        case impossible
    }

    /// The kind of problem.
    public let kind: Kind
    /// What was seen, and where.
    public let message: String

    /// Whether the environment may be right all the same.
    public var isWarning: Bool {
        switch kind {
        case .ignoredSeed, .unboundedActions, .endlessEpisode: true
        default: false
        }
    }

    /// The severity and the message.
    public var description: String { (isWarning ? "warning: " : "error: ") + message }
}
