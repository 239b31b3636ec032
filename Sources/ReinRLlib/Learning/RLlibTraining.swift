package import ReinCheckpoints

/// What settings say of how a policy is trained, in RLlib's words.
package struct RLlibTraining: Sendable {
    /// The class of the policy in RLlib.
    package let policyClass: RLlibPolicyClass
    /// The settings, which go into `config`.
    package var settings: StateMap
    /// The number of environment steps so far, by which rates change.
    package let environmentSteps: Int
    /// The learning rate of the next step of each optimizer.
    package private(set) var learningRates: [RLlibOptimizer.Parameters: Double]
    /// Whether the settings of the file that the policy came from stand against those here: of a policy alone ours are
    /// not known.
    package private(set) var keepsSettings = false

    /// Describes training.
    ///
    /// - Parameter learningRates: the rates of the next steps, where they are no longer those of the settings.
    package init(
        _ policyClass: RLlibPolicyClass, settings: StateMap, environmentSteps: Int = 0,
        learningRates: [RLlibOptimizer.Parameters: Double] = [:]
    ) {
        self.policyClass = policyClass
        self.settings = settings
        self.environmentSteps = environmentSteps
        self.learningRates = Self.learningRates(policyClass, StateReader(.map(settings)))
            .merging(learningRates) { $1 }
    }

    /// Lets the settings of the file that the policy came from stand, and with them the learning rates.
    mutating func keep(_ settings: StateReader) {
        keepsSettings = true
        learningRates.merge(Self.learningRates(policyClass, settings)) { $1 }
    }

    private static func learningRates(
        _ policyClass: RLlibPolicyClass, _ settings: StateReader
    ) -> [RLlibOptimizer.Parameters: Double] {
        var rates: [RLlibOptimizer.Parameters: Double] = [:]
        guard policyClass == .sac else {
            rates[.network] = try? settings.optionalChild("lr")?.double()
            return rates
        }
        let saved = settings.optionalChild("optimization")
        for (parameters, key) in [
            (RLlibOptimizer.Parameters.network, "actor_learning_rate"), (.critics, "critic_learning_rate"),
            (.temperature, "entropy_learning_rate"),
        ] {
            rates[parameters] = try? saved?.optionalChild(key)?.double()
        }
        return rates
    }
}
