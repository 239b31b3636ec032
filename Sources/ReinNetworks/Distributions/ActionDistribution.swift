/// How the numbers of a policy head become a distribution over actions.
public enum ActionDistribution: Sendable, Hashable {
    /// The head holds one logit for each action of a discrete space.
    case categorical(Categorical)
    /// The head holds the mean of each action dimension; the log standard deviations are parameters of the network.
    case diagonalGaussian(DiagonalGaussian)
    /// The head holds the mean and the log standard deviation of each action dimension before tanh.
    case squashedGaussian(SquashedGaussian)
    /// The head holds the mean of each action dimension, before tanh when squashed; the noise is a linear function of
    /// the features that the head reads, with deviations that are parameters of the network.
    case stateDependentGaussian(StateDependentGaussian)
    /// The head holds the values of the actions of a discrete space.
    case actionValues(ActionValues)

    /// The number of numbers that the policy head must have.
    public var headWidth: Int {
        switch self {
        case .categorical(let distribution): distribution.count
        case .diagonalGaussian(let distribution): distribution.count
        case .squashedGaussian(let distribution): 2 * distribution.count
        case .stateDependentGaussian(let distribution): distribution.count
        case .actionValues(let distribution): distribution.headWidth
        }
    }

    /// The number of floats that an action takes in a batch: 1 for a discrete action.
    public var actionWidth: Int {
        switch self {
        case .categorical, .actionValues: 1
        case .diagonalGaussian(let distribution): distribution.count
        case .squashedGaussian(let distribution): distribution.count
        case .stateDependentGaussian(let distribution): distribution.count
        }
    }

    /// Whether the network needs trainable log standard deviations.
    public var hasLogDeviation: Bool {
        switch self {
        case .categorical, .squashedGaussian, .actionValues: false
        case .diagonalGaussian, .stateDependentGaussian: true
        }
    }

    /// Whether the network needs a log standard deviation for each feature that the policy head reads.
    public var hasLogDeviationPerFeature: Bool {
        if case .stateDependentGaussian = self { true } else { false }
    }

    /// Whether the network's value head completes the policy head to action values.
    public var isDueling: Bool {
        if case .actionValues(let values) = self { values.isDueling } else { false }
    }

    /// Whether actions are members of a discrete space.
    public var isDiscrete: Bool {
        switch self {
        case .categorical, .actionValues: true
        case .diagonalGaussian, .squashedGaussian, .stateDependentGaussian: false
        }
    }
}
