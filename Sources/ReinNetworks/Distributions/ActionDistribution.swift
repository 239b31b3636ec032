/// How the numbers of a policy head become a distribution over actions.
public enum ActionDistribution: Sendable, Hashable, Codable {
    /// The head holds one logit for each action of a discrete space.
    case categorical(Categorical)
    /// The head holds the mean of each action dimension; the log standard deviations are parameters of the network.
    case diagonalGaussian(DiagonalGaussian)

    /// The number of numbers that the policy head must have.
    public var headWidth: Int {
        switch self {
        case .categorical(let distribution): distribution.count
        case .diagonalGaussian(let distribution): distribution.count
        }
    }

    /// The number of floats that an action takes in a batch: 1 for a discrete action.
    public var actionWidth: Int {
        switch self {
        case .categorical: 1
        case .diagonalGaussian(let distribution): distribution.count
        }
    }

    /// Whether the network needs trainable log standard deviations.
    public var hasLogDeviation: Bool {
        switch self {
        case .categorical: false
        case .diagonalGaussian: true
        }
    }
}
