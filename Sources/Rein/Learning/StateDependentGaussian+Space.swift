import ReinEnvironments
import ReinNetworks

extension StateDependentGaussian {
    /// The distribution that a method explores an action space with.
    ///
    /// - Parameters:
    ///   - hidden: the widths of the policy's hidden layers, the last of which the noise is a function of; when there
    ///     are none it is a function of the observation.
    ///   - isSquashed: whether tanh squashes the actions. Then means are limited to ±2, as in Stable-Baselines3.
    ///   - interval: the number of steps that noise is kept for, or nil for a whole rollout.
    /// - Throws: `ConfigurationError` when actions are discrete, or there are too many features.
    init(
        exploring space: ActionSpace, observationSpace: Box, hidden: [Int], isSquashed: Bool, interval: Int?
    ) throws(ConfigurationError) {
        guard case .box(let box) = space else {
            throw ConfigurationError(
                key: "usesStateDependentExploration", problem: "only continuous actions can be explored with noise")
        }
        let features = hidden.last ?? observationSpace.count
        guard (1...65_536).contains(features) else {
            throw ConfigurationError(
                key: "usesStateDependentExploration",
                problem: "\(features) features are too many for noise that depends on them (allowed: 65536)")
        }
        self.init(
            count: box.count, featureCount: features, isSquashed: isSquashed, meanLimit: isSquashed ? 2 : nil,
            noiseInterval: interval)
    }
}
