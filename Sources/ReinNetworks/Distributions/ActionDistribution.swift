/// How the numbers of a policy head become a distribution over actions.
public enum ActionDistribution: Sendable, Hashable {
    /// The head holds one logit for each action of a discrete space.
    case categorical(Categorical)
    /// The head holds one logit for each choice of every component of a multi-discrete space.
    case multiCategorical(MultiCategorical)
    /// The head holds the mean of each action dimension; the log standard deviations are parameters of the network.
    case diagonalGaussian(DiagonalGaussian)
    /// The head holds the mean and the log standard deviation of each action dimension, without bounds.
    case conditionalGaussian(ConditionalGaussian)
    /// The head holds the mean and the log standard deviation of each action dimension before tanh.
    case squashedGaussian(SquashedGaussian)
    /// The head holds the action itself before tanh: there is one action for each observation, and nothing to draw.
    case deterministic(Deterministic)
    /// The head holds the mean of each action dimension, before tanh when squashed; the noise is a linear function of
    /// the features that the head reads, with deviations that are parameters of the network.
    case stateDependentGaussian(StateDependentGaussian)
    /// The head holds the values of the actions of a discrete space.
    case actionValues(ActionValues)

    /// The number of numbers that the policy head must have.
    public var headWidth: Int {
        switch self {
        case .categorical(let distribution): distribution.count
        case .multiCategorical(let distribution): distribution.headWidth
        case .diagonalGaussian(let distribution): distribution.count
        case .conditionalGaussian(let distribution): distribution.headWidth
        case .squashedGaussian(let distribution): 2 * distribution.count
        case .deterministic(let distribution): distribution.count
        case .stateDependentGaussian(let distribution): distribution.count
        case .actionValues(let distribution): distribution.headWidth
        }
    }

    /// The number of floats that an action takes in a batch: 1 for a discrete action, 1 for each component of a
    /// multi-discrete one.
    public var actionWidth: Int {
        switch self {
        case .categorical, .actionValues: 1
        case .multiCategorical(let distribution): distribution.counts.count
        case .diagonalGaussian(let distribution): distribution.count
        case .conditionalGaussian(let distribution): distribution.count
        case .squashedGaussian(let distribution): distribution.count
        case .deterministic(let distribution): distribution.count
        case .stateDependentGaussian(let distribution): distribution.count
        }
    }

    /// Whether the network needs trainable log standard deviations.
    public var hasLogDeviation: Bool {
        switch self {
        case .categorical, .multiCategorical, .conditionalGaussian, .squashedGaussian, .deterministic, .actionValues:
            false
        case .diagonalGaussian, .stateDependentGaussian: true
        }
    }

    /// Whether the network needs a log standard deviation for each feature that the policy head reads.
    public var hasLogDeviationPerFeature: Bool {
        if case .stateDependentGaussian = self { true } else { false }
    }

    /// The number of features that acting reads beside the heads, the width of `ActingHeads.features`; 0 when it reads none.
    package var featureCount: Int {
        if case .stateDependentGaussian(let kind) = self { kind.featureCount } else { 0 }
    }

    /// Whether the network's value head completes the policy head to action values.
    public var isDueling: Bool {
        duelingValues != nil
    }

    /// The number of entries of an action mask: one for each action, or for each choice of every component; 0 for
    /// continuous actions, which cannot be masked.
    public var maskWidth: Int {
        switch self {
        case .categorical(let distribution): distribution.count
        case .multiCategorical(let distribution): distribution.headWidth
        case .actionValues(let distribution): distribution.count
        case .diagonalGaussian, .conditionalGaussian, .squashedGaussian, .deterministic, .stateDependentGaussian: 0
        }
    }

    /// Whether actions are members of a discrete or multi-discrete space.
    public var isDiscrete: Bool {
        switch self {
        case .categorical, .multiCategorical, .actionValues: true
        case .diagonalGaussian, .conditionalGaussian, .squashedGaussian, .deterministic, .stateDependentGaussian: false
        }
    }

    /// The action values that the network's value head completes, if there are such.
    package var duelingValues: ActionValues? {
        if case .actionValues(let values) = self, values.isDueling { values } else { nil }
    }
}
