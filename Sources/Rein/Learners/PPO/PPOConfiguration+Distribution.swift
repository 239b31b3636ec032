import ReinEnvironments
import ReinNetworks

extension PPOConfiguration {
    /// The distribution over the actions of a space that the settings describe.
    ///
    /// - Throws: `ConfigurationError` for state-dependent exploration of discrete actions.
    func distribution(
        over actionSpace: ActionSpace, observationSpace: Box
    ) throws(ConfigurationError) -> ActionDistribution {
        if usesStateDependentExploration {
            return .stateDependentGaussian(
                try StateDependentGaussian(
                    exploring: actionSpace, observationSpace: observationSpace, hidden: network.hidden,
                    isSquashed: false, interval: explorationInterval))
        }
        if network.hasDeviationHead, case .box(let box) = actionSpace {
            return .conditionalGaussian(ConditionalGaussian(count: box.count))
        }
        return ActionDistribution(for: actionSpace)
    }
}
