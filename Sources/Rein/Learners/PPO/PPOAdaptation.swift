import ReinCheckpoints
import ReinNumerics

/// What PPO adapts after each iteration to how far the policy moved: the weight of the KL penalty and the learning
/// rate.
struct PPOAdaptation: Sendable {
    /// The bounds of an adapted learning rate, as in rl_games.
    static let learningRateBounds = 1e-6...1e-2

    /// The weight of the KL penalty.
    private(set) var klCoefficient: Double
    /// What the scheduled learning rate is multiplied by.
    private(set) var learningRateFactor = 1.0

    init(_ configuration: PPOConfiguration) { klCoefficient = configuration.klCoefficient }

    /// Begins anew with what goes by settings that have been changed.
    mutating func adoptSettings(_ configuration: PPOConfiguration, changedFrom saved: PPOConfiguration) {
        if configuration.klCoefficient != saved.klCoefficient { klCoefficient = configuration.klCoefficient }
        if configuration.learningRate != saved.learningRate || configuration.learningRateKLTarget == nil {
            learningRateFactor = 1
        }
    }

    /// The learning rate of an iteration.
    func learningRate(at environmentSteps: Int, _ configuration: PPOConfiguration) -> Double {
        configuration.learningRate.value(at: environmentSteps) * learningRateFactor
    }

    /// RLlib's rule for the weight of the KL penalty.
    ///
    /// - Parameter divergence: the mean KL divergence over the minibatches of all epochs of the iteration.
    mutating func adaptPenalty(to divergence: Double, _ configuration: PPOConfiguration) {
        guard configuration.klCoefficient > 0 else { return }
        if divergence > 2 * configuration.klTarget {
            klCoefficient *= 1.5
        } else if divergence < 0.5 * configuration.klTarget {
            klCoefficient *= 0.5
        }
    }

    /// The rule of rl_games and Isaac Lab for the learning rate.
    ///
    /// - Parameter divergence: the mean KL divergence over the last epoch.
    mutating func adaptLearningRate(
        to divergence: Double, environmentSteps: Int, _ configuration: PPOConfiguration
    ) {
        let scheduled = configuration.learningRate.value(at: environmentSteps)
        guard let target = configuration.learningRateKLTarget, scheduled > 0 else { return }
        if divergence > 2 * target {
            learningRateFactor = max(learningRateFactor / 1.5, Self.learningRateBounds.lowerBound / scheduled)
        } else if divergence < 0.5 * target {
            learningRateFactor = min(learningRateFactor * 1.5, Self.learningRateBounds.upperBound / scheduled)
        }
    }
}

extension PPOAdaptation {
    /// The entries of the learner's state.
    var entries: StateMap {
        ["klCoefficient": .double(klCoefficient), "learningRateFactor": .double(learningRateFactor)]
    }

    /// Takes over the entries of a learner's state; the first ones were saved without a factor.
    mutating func restore(from learner: StateReader) throws(StateError) {
        let penalty = try learner.double("klCoefficient")
        guard penalty >= 0, penalty.isFinite else {
            throw try learner.child("klCoefficient").error(.outOfRange, "the weight of a penalty is not negative")
        }
        var factor = 1.0
        if let saved = learner.optionalChild("learningRateFactor") {
            factor = try saved.double()
            guard factor > 0, factor.isFinite else { throw saved.error(.outOfRange, "a factor is positive") }
        }
        klCoefficient = penalty
        learningRateFactor = factor
    }
}
