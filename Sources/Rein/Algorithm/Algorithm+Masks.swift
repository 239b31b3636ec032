import ReinCheckpoints
import ReinEnvironments
import ReinPolicies

extension Algorithm {
    /// A policy that knows whether the environment masks actions, so that its learner keeps columns for the masks.
    ///
    /// - Throws: `StateError` when the environment masks actions and the method does not learn with masks.
    static func prepared(_ policy: Policy, for environment: EnvironmentSpecification) throws(StateError) -> Policy {
        guard !environment.masksActions || Method.learnsWithMasks else {
            throw StateError(
                .outOfRange, "\(environment.id) masks actions, but \(Method.algorithmName) does not learn with masks",
                path: "environment")
        }
        var policy = policy
        policy.masksActions = environment.masksActions
        return policy
    }
}
