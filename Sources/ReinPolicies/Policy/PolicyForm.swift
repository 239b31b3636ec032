public import ReinCheckpoints
public import ReinNetworks
public import ReinSpaces

/// What a policy looks like, apart from the numbers that it learns: spaces, distribution, network, noise, transform.
///
/// Settings describe a form, a policy has one (`Policy.form`), and whether one fits the other is seen without making a
/// policy.
public struct PolicyForm: Sendable, Hashable {
    /// The observations that such a policy understands.
    public let observationSpace: Box
    /// The actions that it chooses from.
    public let actionSpace: ActionSpace
    /// How the policy head is turned into actions.
    public let distribution: ActionDistribution
    /// What its network looks like.
    public let architecture: ActorCriticArchitecture
    /// Whether it explores by trainable noise on the network's parameters.
    public let hasNoise: Bool
    /// What happens to an action on its way to the environment.
    public let actionTransform: ActionTransform

    /// Puts a form together.
    ///
    /// - Parameters:
    ///   - observationSpace: the space of observations.
    ///   - actionSpace: the space of actions.
    ///   - distribution: that of the action space when nil, see `ActionDistribution.init(for:)`.
    ///   - architecture: the shape of the network.
    ///   - hasNoise: whether parameters are noisy.
    ///   - actionTransform: that of the distribution when nil.
    /// - Throws: `StateError` when no network can look like this, or when network, spaces and transform do not fit each
    ///   other.
    public init(
        observationSpace: Box, actionSpace: ActionSpace, distribution: ActionDistribution? = nil,
        architecture: ActorCriticArchitecture, hasNoise: Bool = false, actionTransform: ActionTransform? = nil
    ) throws(StateError) {
        let distribution = distribution ?? ActionDistribution(for: actionSpace)
        self.init(
            unchecked: observationSpace, actionSpace, distribution, architecture, hasNoise: hasNoise,
            actionTransform ?? distribution.defaultTransform)
        if let problem = architecture.problem { throw StateError(.outOfRange, problem, path: "network") }
        try distribution.require(actionSpace)
        try requireNetwork()
        try requireTransform()
    }

    /// Puts a form together of parts that are known to fit.
    init(
        unchecked observationSpace: Box, _ actionSpace: ActionSpace, _ distribution: ActionDistribution,
        _ architecture: ActorCriticArchitecture, hasNoise: Bool, _ actionTransform: ActionTransform
    ) {
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        self.distribution = distribution
        self.architecture = architecture
        self.hasNoise = hasNoise
        self.actionTransform = actionTransform
    }

    /// Whether a policy of this form can act, and be improved, where one of another form is: with its distribution and
    /// network, in its spaces.
    ///
    /// Spaces may differ in what neither depends on, see `difference(from:_:)`; the transform is the policy's own.
    public func fits(_ other: PolicyForm) -> Bool {
        difference(from: other.observationSpace, other.actionSpace) == nil
            && distribution == other.distribution && architecture == other.architecture && hasNoise == other.hasNoise
    }

    /// What stands in the way of acting where observations and actions are of other spaces than the form's own, which
    /// come first in the difference; nil when nothing does.
    ///
    /// What a policy does depends on the bounds of continuous actions only where actions are limited or stretched to
    /// them, and never on those of observations.
    package func difference(from observations: Box, _ actions: ActionSpace) -> SpaceDifference? {
        SpaceDifference(observations: observationSpace, observations)
            ?? SpaceDifference(actions: actionSpace, actions, boundsMatter: actionTransform != .none)
    }
}

/// What must be true of a form.
extension PolicyForm {
    /// Checks that the network reads the observations and has what the distribution needs.
    private func requireNetwork() throws(StateError) {
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
        if case .actionValues(let values) = distribution {
            if values.isDueling, architecture.value == .none || architecture.valueOutputs != values.atoms {
                throw StateError(
                    .wrongShape, "dueling action values need a value head of width \(values.atoms)", path: "network")
            }
            if architecture.recurrent != nil {
                throw StateError(.outOfRange, "action values are of networks without memory", path: "network")
            }
        }
        if architecture.hasLogDeviation != distribution.hasLogDeviation {
            throw StateError(
                .wrongShape, "log standard deviations belong to continuous actions, and only to them", path: "network")
        }
        if architecture.hasLogDeviationPerFeature != distribution.hasLogDeviationPerFeature {
            throw StateError(
                .wrongShape, "log standard deviations for each feature belong to state-dependent exploration",
                path: "network")
        }
        if case .stateDependentGaussian(let gaussian) = distribution,
            gaussian.featureCount != architecture.featureCount
        {
            throw StateError(
                .wrongShape,
                "the noise is a function of \(gaussian.featureCount) features, the policy head reads "
                    + "\(architecture.featureCount)", path: "distribution")
        }
    }

    /// Checks that actions can be transformed so.
    private func requireTransform() throws(StateError) {
        if actionSpace.isDiscrete, actionTransform != .none {
            throw StateError(
                .outOfRange, "discrete actions cannot be transformed; use \"none\"", path: "actionTransform")
        }
        if actionTransform == .rescale, case .box(let box) = actionSpace, let problem = box.scalingProblem {
            throw StateError(
                .outOfRange, "actions are stretched to the bounds of the action space, but \(problem)",
                path: "actionSpace")
        }
    }
}
