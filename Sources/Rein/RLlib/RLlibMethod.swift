import ReinCheckpoints
import ReinPolicies
import ReinRLlib

/// A method that RLlib has as well: its learner's part of the files that both read.
protocol RLlibMethod: Learner {
    /// The class of the method's policies in RLlib.
    static var rllibClass: RLlibPolicyClass { get }

    /// Settings in RLlib's words.
    static func rllibSettings(_ configuration: Configuration) -> StateMap

    /// What settings say of training, in RLlib's words.
    ///
    /// - Parameters:
    ///   - learner: the state of the learner as it is saved with the policy, if it has one of this method.
    ///   - environmentSteps: the number of steps so far, by which rates change; nil for a policy that is not being
    ///     trained.
    static func rllibTraining(
        _ configuration: Configuration, learner: StateReader?, environmentSteps: Int?
    ) -> RLlibTraining

    /// The settings with which training goes on, as far as it can.
    ///
    /// - Throws: `StateError` for settings that no run has.
    static func configuration(of rllib: RLlibPolicy) throws(StateError) -> Configuration

    /// The state of a new learner, changed to go on where RLlib's stopped.
    ///
    /// - Parameter learner: the state of a learner that has learnt nothing.
    /// - Throws: `StateError` when something is missing or of another shape; with `.unsupportedFormat` when RLlib trained
    ///   in a way that there is not here, so that the policy can only act.
    static func adopt(_ rllib: RLlibPolicy, into learner: inout StateMap) throws(StateError)
}

extension RLlibMethod {
    /// The settings of a tree, as RLlib's methods take them.
    static func configuration(overlaying tree: StateTree) throws(StateError) -> Configuration {
        do throws(ConfigurationError) {
            return try Configuration(overlaying: tree)
        } catch {
            throw StateError(.outOfRange, error.problem, path: "configuration/\(error.key)")
        }
    }

    /// What the file of a policy of an algorithm holds.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - tree: the settings of the policy.
    ///   - id: the policy's id.
    ///   - environment: the name of the environment.
    ///   - environmentSteps: the number of steps so far; nil for a policy that is not being trained.
    /// - Throws: `StateError` that says why RLlib has no policy like it.
    static func file(
        of policy: Policy, holding state: StateTree, configuration tree: StateTree, id: PolicyID?,
        environment: String?, environmentSteps: Int?
    ) throws(StateError) -> StateFile {
        let learner = policy.learnerState.map { StateReader($0, path: "learner") }
        var training = rllibTraining(
            try configuration(overlaying: tree), learner: learner, environmentSteps: environmentSteps)
        if let environment { training.settings["env"] = .string(environment) }
        return try policy.rllibFile(holding: state, training: training, id: id, isAlone: false)
    }

    /// The settings with which training goes on, all of them possible.
    ///
    /// - Throws: `StateError` for settings that no run has.
    static func validConfiguration(of rllib: RLlibPolicy) throws(StateError) -> Configuration {
        let configuration = try configuration(of: rllib)
        do throws(ConfigurationError) {
            try configuration.validate()
        } catch {
            throw rllib.config.error(.outOfRange, "as settings here, \(error.key): \(error.problem)")
        }
        return configuration
    }

    /// The policy in a file of RLlib's, with the state of a learner that goes on where RLlib's stopped.
    static func policy(_ rllib: RLlibPolicy) throws(StateError) -> Policy {
        var policy = rllib.policy
        let configuration = try validConfiguration(of: rllib)
        let learner = Self(
            for: policy, lanes: RolloutLanes(1), configuration: configuration,
            random: RandomStream(seed: UInt64(configuration.seed), name: "rllib"))
        guard case .map(var state) = learner.state else { return policy }
        try adopt(rllib, into: &state)
        policy.learnerState = .map(state)
        return policy
    }
}
