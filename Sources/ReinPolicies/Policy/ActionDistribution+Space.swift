import ReinCheckpoints
public import ReinNetworks
public import ReinSpaces

extension ActionDistribution {
    /// The distribution over the actions of a space: categorical for discrete ones, one for each component of
    /// multi-discrete ones, Gaussian for boxes.
    public init(for space: ActionSpace) {
        switch space {
        case .discrete(let discrete): self = .categorical(Categorical(count: discrete.count))
        case .multiDiscrete(let multiDiscrete):
            self = .multiCategorical(MultiCategorical(counts: multiDiscrete.counts))
        case .box(let box): self = .diagonalGaussian(DiagonalGaussian(count: box.count))
        }
    }

    /// What happens to actions when nothing else is asked for: those of tanh are stretched to the bounds, other
    /// continuous ones limited to them.
    var defaultTransform: ActionTransform {
        switch self {
        case .categorical, .multiCategorical, .actionValues: .none
        case .diagonalGaussian, .conditionalGaussian: .clip
        case .squashedGaussian, .deterministic: .rescale
        case .stateDependentGaussian(let gaussian): gaussian.isSquashed ? .rescale : .clip
        }
    }

    /// Checks that the distribution is over the actions of a space.
    ///
    /// - Throws: `StateError` that says what does not fit.
    func require(_ space: ActionSpace) throws(StateError) {
        let fits =
            switch (self, space) {
            case (.categorical(let categorical), .discrete(let discrete)): categorical.count == discrete.count
            case (.multiCategorical(let multiCategorical), .multiDiscrete(let multiDiscrete)):
                multiCategorical.counts == multiDiscrete.counts
            case (.actionValues(let values), .discrete(let discrete)): values.count == discrete.count
            case (.diagonalGaussian(let gaussian), .box(let box)): gaussian.count == box.count
            case (.conditionalGaussian(let gaussian), .box(let box)): gaussian.count == box.count
            case (.squashedGaussian(let gaussian), .box(let box)): gaussian.count == box.count
            case (.deterministic(let deterministic), .box(let box)): deterministic.count == box.count
            case (.stateDependentGaussian(let gaussian), .box(let box)): gaussian.count == box.count
            default: false
            }
        guard fits else {
            throw StateError(.wrongShape, "not a distribution over the actions of the space", path: "distribution")
        }
    }
}
