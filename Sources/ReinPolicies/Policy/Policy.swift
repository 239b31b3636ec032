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
    /// How rows of the observation space are made of the environment's observations, where those are indices or have parts.
    /// It makes no difference to how the policy acts on rows.
    public var observationEncoding = ObservationEncoding.numbers
    /// The scaling of observations, or nil when the network reads them as they are.
    public var observationNormalizer: ObservationNormalizer?
    /// The scaling of rewards that the value network was trained with, or nil when there was none.
    public var rewardScaler: RewardScaler?
    /// What a learner wants to find again beside the policy, such as its optimizer. It is carried along untouched, so
    /// that a policy that is restored and saved again loses nothing; nil when the policy was never trained.
    public var learnerState: StateTree?
    /// What the file of another program that the policy was read from has beyond what is known here. It is carried along
    /// untouched, for whoever writes such a file again; nil for policies that come from elsewhere.
    public var foreignState: StateTree?

    /// Puts a policy together.
    ///
    /// - Throws: `StateError` when network, spaces, normaliser and action transform do not fit each other, or the network
    ///   has parameters that are not finite, with which it answers nothing.
    public init(
        observationSpace: Box, actionSpace: ActionSpace, distribution: ActionDistribution? = nil,
        network: ActorCritic, observationNormalizer: ObservationNormalizer? = nil, rewardScaler: RewardScaler? = nil,
        actionTransform: ActionTransform? = nil
    ) throws(StateError) {
        try self.init(
            PolicyForm(
                observationSpace: observationSpace, actionSpace: actionSpace, distribution: distribution,
                architecture: network.architecture, actionTransform: actionTransform),
            network: network, observationNormalizer: observationNormalizer, rewardScaler: rewardScaler)
    }

    /// Puts a policy of a form together.
    ///
    /// - Parameters:
    ///   - form: what the policy looks like.
    ///   - network: the network, with its weights.
    ///   - noise: of the network's form; given where the form has noise, and only there.
    ///   - observationNormalizer: what scales observations; nothing unless given.
    ///   - rewardScaler: what scales rewards in training; nothing unless given.
    /// - Throws: `StateError` when network, noise or normaliser are not of that form.
    public init(
        _ form: PolicyForm, network: ActorCritic, noise: ParameterNoise? = nil,
        observationNormalizer: ObservationNormalizer? = nil, rewardScaler: RewardScaler? = nil
    ) throws(StateError) {
        observationSpace = form.observationSpace
        actionSpace = form.actionSpace
        distribution = form.distribution
        actionTransform = form.actionTransform
        self.network = network
        self.noise = noise
        self.observationNormalizer = observationNormalizer
        self.rewardScaler = rewardScaler
        if network.architecture != form.architecture {
            throw StateError(.wrongShape, "the network is not of the policy's form", path: "network")
        }
        if (noise != nil) != form.hasNoise {
            let problem = form.hasNoise ? "the form has noise, and none is given" : "the form has no noise"
            throw StateError(.wrongShape, problem, path: "noise")
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
    }
}

extension Policy {
    /// What the policy looks like, apart from the numbers that it has learnt.
    public var form: PolicyForm {
        PolicyForm(
            unchecked: observationSpace, actionSpace, distribution, network.architecture, hasNoise: noise != nil,
            actionTransform)
    }

    /// The number of entries of the action masks that the policy is trained with; 0 when it is trained without.
    public var maskWidth: Int { masksActions ? distribution.maskWidth : 0 }
}
