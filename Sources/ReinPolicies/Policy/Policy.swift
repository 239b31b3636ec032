public import ReinCheckpoints
public import ReinEnvironments
public import ReinNetworks

/// Everything that is needed to act: spaces, network, action distribution, observation normaliser and action
/// post-processing.
///
/// A policy is a value. A snapshot for a runner, a server or a frozen opponent is an assignment; copies share their
/// parameters until one of them is changed. It can be saved and restored alone, without an environment and without
/// whatever trained it.
public struct Policy: Sendable, Equatable {
    /// The observations that the policy understands.
    public let observationSpace: Box
    /// The actions that the policy chooses from.
    public let actionSpace: ActionSpace
    /// How the policy head is turned into actions.
    public let distribution: ActionDistribution
    /// What happens to an action on its way to the environment.
    public let actionTransform: ActionTransform
    /// The network and its parameters.
    public var network: ActorCritic
    /// The scaling of observations, or nil when the network reads them as they are.
    public var observationNormalizer: ObservationNormalizer?
    /// The scaling of rewards that the value network was trained with, or nil when there was none.
    public var rewardScaler: RewardScaler?
    /// What a learner wants to find again beside the policy, such as its optimizer. It is carried along untouched, so
    /// that a policy that is restored and saved again loses nothing; nil when the policy was never trained.
    public var learnerState: StateTree?

    /// Puts a policy together.
    ///
    /// - Throws: `StateError` when network, spaces, normaliser and action transform do not fit each other.
    public init(
        observationSpace: Box, actionSpace: ActionSpace, network: ActorCritic,
        observationNormalizer: ObservationNormalizer? = nil, rewardScaler: RewardScaler? = nil,
        actionTransform: ActionTransform? = nil
    ) throws(StateError) {
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        distribution = ActionDistribution(for: actionSpace)
        self.network = network
        self.observationNormalizer = observationNormalizer
        self.rewardScaler = rewardScaler
        self.actionTransform = actionTransform ?? (actionSpace.isDiscrete ? .none : .clip)
        let architecture = network.architecture
        if architecture.inputs != observationSpace.count {
            throw StateError(
                .wrongShape,
                "the network reads \(architecture.inputs) numbers, the observation space has "
                    + "\(observationSpace.count)", path: "network")
        }
        if architecture.outputs != distribution.headWidth {
            throw StateError(
                .wrongShape,
                "the policy head has \(architecture.outputs) outputs, the action space needs "
                    + "\(distribution.headWidth)", path: "network")
        }
        if architecture.hasLogDeviation != distribution.hasLogDeviation {
            throw StateError(
                .wrongShape, "log standard deviations belong to continuous actions, and only to them", path: "network")
        }
        if let observationNormalizer, observationNormalizer.width != observationSpace.count {
            throw StateError(
                .wrongShape,
                "the normaliser is for \(observationNormalizer.width) numbers, the observation space has "
                    + "\(observationSpace.count)", path: "observationNormalizer")
        }
        if actionSpace.isDiscrete, self.actionTransform != .none {
            throw StateError(
                .outOfRange, "discrete actions cannot be transformed; use \"none\"", path: "actionTransform")
        }
    }
}

extension ActionDistribution {
    /// The distribution over the actions of a space: categorical for discrete ones, Gaussian for boxes.
    public init(for space: ActionSpace) {
        switch space {
        case .discrete(let discrete): self = .categorical(Categorical(count: discrete.count))
        case .box(let box): self = .diagonalGaussian(DiagonalGaussian(count: box.count))
        }
    }
}
