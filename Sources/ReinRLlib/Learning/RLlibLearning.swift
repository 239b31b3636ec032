package import ReinCheckpoints
import ReinNetworks
import ReinNumerics
package import ReinPolicies

/// What the file of a policy holds for RLlib of how it learns: settings, and what the state of its learner has that RLlib
/// goes on with.
package struct RLlibLearning: Sendable {
    /// What the settings say.
    let training: RLlibTraining
    /// The optimizers.
    private(set) var optimizers: [RLlibOptimizer] = []
    /// The critics of SAC.
    private(set) var critics: RLlibLearntCritics?
    /// The logarithm of SAC's temperature.
    private(set) var logTemperature: Float = 0
    /// The entropy that SAC's temperature is learnt for.
    private(set) var targetEntropy: Float = 0
    /// The weight of PPO's KL penalty, where it is adapted.
    private(set) var klCoefficient: Double?
    /// The number of environment steps so far; 0 for a policy that has no learner, so that its file does not change from
    /// checkpoint to checkpoint.
    private(set) var environmentSteps = 0

    /// What a policy says that has learnt nothing.
    package init(_ training: RLlibTraining) { self.training = training }

    /// What a policy and the state of its learner say.
    ///
    /// - Throws: `StateError` when the state is not that of a learner for such a policy.
    package init(_ training: RLlibTraining, of policy: Policy) throws(StateError) {
        self.training = training
        // What another method's learner knows is of no use to this one.
        guard let state = policy.learnerState,
            case let learner = StateReader(state, path: "learner"),
            try learner.string("algorithm") == training.policyClass.algorithmName
        else { return }
        environmentSteps = training.environmentSteps
        switch training.policyClass {
        case .ppo:
            optimizers = [try optimizer(learner, "optimizer", of: .network, policy.network.views)]
            klCoefficient = try learner.double("klCoefficient")
        case .dqn:
            optimizers = [try optimizer(learner.child("networks"), "optimizer", of: .network, policy.network.views)]
        case .sac:
            let updater = try learner.child("updater")
            let critics = try RLlibLearntCritics(of: policy, updater.child("critics"))
            let temperature = try updater.child("temperature")
            optimizers = [
                try optimizer(updater, "actorOptimizer", of: .network, policy.network.views),
                try optimizer(updater, "criticOptimizer", of: .critics, critics.views),
                try optimizer(temperature, "optimizer", of: .temperature, []),
            ]
            self.critics = critics
            logTemperature = Float(try temperature.double("logarithm"))
            targetEntropy = Float(Self.targetEntropy(training.settings, of: policy))
        }
    }

    /// The optimizer in a learner's state.
    private func optimizer(
        _ reader: StateReader, _ key: String, of parameters: RLlibOptimizer.Parameters, _ views: [ParameterView]
    ) throws(StateError) -> RLlibOptimizer {
        var adam = Adam(parameterCount: views.map(\.range.upperBound).max() ?? 1)
        try reader.restore(key, into: &adam)
        return RLlibOptimizer(
            adam, learningRate: training.learningRates[parameters] ?? 0, views: views, of: parameters,
            at: "\(reader.path)/\(key)")
    }

    /// The entropy of the settings, or what RLlib takes for `auto`: minus the number of elements of an action, and 0.98 of
    /// the entropy of choosing evenly among discrete ones.
    private static func targetEntropy(_ settings: StateMap, of policy: Policy) -> Double {
        if let given = try? StateReader(.map(settings)).double("target_entropy") { return given }
        guard case .categorical(let categorical) = policy.distribution else {
            return -Double(policy.distribution.actionWidth)
        }
        var logarithm: Float = 0
        withUnsafePointer(to: Float(categorical.count)) { Kernels.log($0, &logarithm, count: 1) }
        return 0.98 * Double(logarithm)
    }
}
