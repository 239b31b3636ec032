package import ReinCheckpoints
package import ReinNetworks
package import ReinNumerics

/// What a learner says of itself in the file of its policy that RLlib reads.
package struct RLlibLearning: Sendable {
    /// SAC's critics.
    package struct Critics: Sendable {
        /// The tensors of both by the names `first/0/weight`, `second/0/weight` and so on.
        package var views: [ParameterView]
        /// How many there are, 1 or 2.
        package var count: Int
        /// The nonlinearity of their hidden layers.
        package var activation: Activation
        /// The flat buffer of both.
        package var parameters: [Float]
        /// The widths of the hidden layers of each.
        package var hidden: [Int]
        /// The width of an input row of each.
        package var inputs: Int
        /// Where the tensors lie in the policy's state, with slashes.
        package var place: String

        /// Describes critics.
        package init(
            views: [ParameterView], count: Int, activation: Activation, parameters: [Float], hidden: [Int],
            inputs: Int, place: String
        ) {
            self.views = views
            self.count = count
            self.activation = activation
            self.parameters = parameters
            self.hidden = hidden
            self.inputs = inputs
            self.place = place
        }
    }

    /// The class of the policy in RLlib.
    package var policyClass: RLlibPolicyClass
    /// Settings in RLlib's words, which go into `config`.
    package var config: StateMap
    /// The optimizers.
    package var optimizers: [RLlibOptimizer] = []
    /// The critics of SAC.
    package var critics: Critics?
    /// The logarithm of SAC's temperature.
    package var logTemperature: Float = 0
    /// The entropy that SAC's temperature is learnt for.
    package var targetEntropy: Float = 0
    /// The weight of PPO's KL penalty, where it is adapted.
    package var klCoefficient: Double?
    /// The number of environment steps so far.
    package var environmentSteps = 0
    /// Whether the settings of the file that the policy came from stand against those in `config`: of a policy alone
    /// ours are not known.
    package private(set) var keepsSettings = false

    /// Creates what a learner without optimizers says.
    package init(_ policyClass: RLlibPolicyClass, config: StateMap) {
        self.policyClass = policyClass
        self.config = config
    }

    /// Lets settings of RLlib's stand, and with them the learning rates.
    package mutating func keepSettings(_ settings: StateReader) {
        keepsSettings = true
        let rates = settings.optionalChild("optimization")
        for index in optimizers.indices {
            let rate =
                switch (policyClass, optimizers[index].parameters) {
                case (.sac, .network): rates?.optionalChild("actor_learning_rate")
                case (.sac, .critics): rates?.optionalChild("critic_learning_rate")
                case (.sac, .temperature): rates?.optionalChild("entropy_learning_rate")
                default: settings.optionalChild("lr")
                }
            if let rate = try? rate?.double() { optimizers[index].learningRate = rate }
        }
    }
}
