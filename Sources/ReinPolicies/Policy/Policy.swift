public import ReinCheckpoints
public import ReinNetworks
public import ReinSpaces

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
    /// The probability of a uniformly random action when actions are drawn from action values (ε); 0 to 1, without
    /// effect on other distributions.
    public var explorationRate: Double = 0
    /// Trainable noise on the network's parameters, with which runners explore, or nil when there is none. The most
    /// likely action is computed without it.
    public var noise: ParameterNoise?
    /// Whether the policy is trained with action masks, so that the experience it learns from has columns of them. It
    /// makes no difference to how the policy acts: masks are given with the observations they belong to.
    public var masksActions = false
    /// How rows of the observation space are made of the environment's observations, where those are indices. It makes no
    /// difference to how the policy acts on rows.
    public var observationEncoding = ObservationEncoding.numbers
    /// The scaling of observations, or nil when the network reads them as they are.
    public var observationNormalizer: ObservationNormalizer?
    /// The scaling of rewards that the value network was trained with, or nil when there was none.
    public var rewardScaler: RewardScaler?
    /// What a learner wants to find again beside the policy, such as its optimizer. It is carried along untouched, so
    /// that a policy that is restored and saved again loses nothing; nil when the policy was never trained.
    public var learnerState: StateTree?
    /// What the RLlib file that the policy was read from has beyond what is known here: settings, weights that are not
    /// used, entries of other programs. It is carried along and written back to MessagePack files; nil for policies that
    /// come from elsewhere.
    public var rllib: StateTree?

    /// Puts a policy together.
    ///
    /// - Throws: `StateError` when network, spaces, normaliser and action transform do not fit each other, or the network
    ///   has parameters that are not finite, with which it answers nothing.
    public init(
        observationSpace: Box, actionSpace: ActionSpace, distribution: ActionDistribution? = nil,
        network: ActorCritic, observationNormalizer: ObservationNormalizer? = nil, rewardScaler: RewardScaler? = nil,
        actionTransform: ActionTransform? = nil
    ) throws(StateError) {
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        self.distribution = distribution ?? ActionDistribution(for: actionSpace)
        self.network = network
        self.observationNormalizer = observationNormalizer
        self.rewardScaler = rewardScaler
        self.actionTransform = actionTransform ?? self.distribution.defaultTransform
        try self.distribution.require(actionSpace)
        let architecture = network.architecture
        if architecture.inputs != observationSpace.count {
            throw StateError(
                .wrongShape,
                "the network reads \(architecture.inputs) numbers, the observation space has "
                    + "\(observationSpace.count)", path: "network")
        }
        if architecture.outputs != self.distribution.headWidth {
            throw StateError(
                .wrongShape,
                "the policy head has \(architecture.outputs) outputs, the action space needs "
                    + "\(self.distribution.headWidth)", path: "network")
        }
        if case .actionValues(let values) = self.distribution, values.isDueling {
            guard architecture.value != .none, architecture.valueOutputs == values.atoms else {
                throw StateError(
                    .wrongShape, "dueling action values need a value head of width \(values.atoms)", path: "network")
            }
        }
        if case .actionValues = self.distribution, architecture.recurrent != nil {
            throw StateError(.outOfRange, "action values are of networks without memory", path: "network")
        }
        if architecture.hasLogDeviation != self.distribution.hasLogDeviation {
            throw StateError(
                .wrongShape, "log standard deviations belong to continuous actions, and only to them", path: "network")
        }
        if architecture.hasLogDeviationPerFeature != self.distribution.hasLogDeviationPerFeature {
            throw StateError(
                .wrongShape, "log standard deviations for each feature belong to state-dependent exploration",
                path: "network")
        }
        if case .stateDependentGaussian(let gaussian) = self.distribution,
            gaussian.featureCount != architecture.featureCount
        {
            throw StateError(
                .wrongShape,
                "the noise is a function of \(gaussian.featureCount) features, the policy head reads "
                    + "\(architecture.featureCount)", path: "distribution")
        }
        if let tensor = network.firstNotFinite {
            throw StateError(.outOfRange, "has numbers that are not finite", path: "network/\(tensor)")
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
        if self.actionTransform == .rescale, case .box(let box) = actionSpace, let problem = box.scalingProblem {
            throw StateError(
                .outOfRange, "actions are stretched to the bounds of the action space, but \(problem)",
                path: "actionSpace")
        }
    }
}

extension Policy {
    /// The number of entries of the action masks that the policy is trained with; 0 when it is trained without.
    public var maskWidth: Int { masksActions ? distribution.maskWidth : 0 }

    /// Whether this policy can act where another one acts, with its distribution and network, whatever its parameters.
    public func hasForm(of other: Policy) -> Bool {
        difference(from: other.observationSpace, other.actionSpace) == nil
            && distribution == other.distribution && network.architecture == other.network.architecture
            && (noise == nil) == (other.noise == nil)
    }
}
