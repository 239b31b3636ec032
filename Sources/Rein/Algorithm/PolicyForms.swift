import ReinCheckpoints
import ReinPolicies

/// The forms of policies that settings describe, each made once, to compare restored policies with.
struct PolicyForms<Method: Learner> {
    private var made: [(configuration: Method.Configuration, spaces: TrainingEnvironment.Spaces, policy: Policy)] = []

    /// The largest number of forms to keep.
    private static var limit: Int { 16 }

    /// Checks that a policy has the network that its settings describe.
    ///
    /// - Throws: `StateError` that names the policy.
    mutating func require(_ policy: Policy, id: PolicyID, configuration: Method.Configuration) throws {
        let spaces = TrainingEnvironment.Spaces(observations: policy.observationSpace, actions: policy.actionSpace)
        let form: Policy
        if let known = made.last(where: { $0.spaces == spaces && $0.configuration == configuration }) {
            form = known.policy
        } else {
            form = try Algorithm<Method>.makePolicy(id, with: configuration, spaces: spaces)
            if made.count == Self.limit { made.removeFirst() }
            made.append((configuration, spaces, form))
        }
        guard policy.hasForm(of: form) else {
            throw StateError(
                .wrongShape, "the policy's network is not the one that the settings describe",
                path: "policies/\(id)/network")
        }
    }
}
