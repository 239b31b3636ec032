package import ReinCheckpoints
package import ReinPolicies

extension Policy {
    /// What a MessagePack file holds of the policy by itself, so that RLlib 2.10 reads it with the optimizers of its
    /// learner's state. The settings of its training are not known: those of the file that it came from stand, and
    /// otherwise the method's own.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - id: the policy's id, if it is known.
    /// - Throws: `StateError` that says why where RLlib has no policy like this one.
    package func rllibFileAlone(holding state: StateTree, id: PolicyID? = nil) throws(StateError) -> StateFile {
        guard let policyClass = RLlibPolicyClass(of: self) else {
            throw StateError(.unsupportedFormat, "it has no such method")
        }
        return try rllibFile(
            holding: state, training: RLlibTraining(standard: policyClass), id: id, isAlone: true)
    }

    /// What a MessagePack file holds so that RLlib 2.10 reads the policy from it, with the optimizers of its learner's
    /// state.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - training: the settings with which it is trained.
    ///   - id: the policy's id, if it is known.
    ///   - isAlone: whether the file is the checkpoint of a policy, not part of an algorithm's.
    /// - Throws: `StateError` that says why where RLlib has no policy like this one.
    package func rllibFile(
        holding state: StateTree, training: RLlibTraining, id: PolicyID?, isAlone: Bool
    ) throws(StateError) -> StateFile {
        var training = training
        if isAlone, let settings = rllibSettings { training.keep(settings) }
        return try rllibFile(
            holding: state, learning: RLlibLearning(training, of: self), id: id, isAlone: isAlone)
    }
}
