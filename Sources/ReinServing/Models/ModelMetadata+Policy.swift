#if Serving
import ReinNetworks
public import ReinPolicies
import ReinSpaces

extension ModelMetadata {
    /// What a policy takes and gives. A mask is taken wherever actions can be masked, whether the policy was trained with
    /// masks or not.
    public init(of policy: Policy) {
        let distribution = policy.distribution
        let mask =
            distribution.maskWidth > 0
            ? [Tensor("action_mask", .bool, [-1, distribution.maskWidth], isOptional: true)] : []
        let action =
            switch policy.actionSpace {
            case .discrete: Tensor("action", .int64, [-1])
            case .multiDiscrete(let space): Tensor("action", .int64, [-1, space.counts.count])
            case .box(let box): Tensor("action", .fp32, [-1] + box.shape)
            }
        self.init(
            inputs: [Tensor("obs", .fp32, [-1] + policy.observationSpace.shape)] + mask
                + Self.states(of: policy, "state_in_", isOptional: true),
            outputs: [action, Tensor("output", .fp32, [-1, policy.outputCount])]
                + Self.states(of: policy, "state_out_", isOptional: false))
    }

    /// What a recurrent policy hands from step to step: output and cell of an LSTM, the output of a GRU.
    private static func states(of policy: Policy, _ prefix: String, isOptional: Bool) -> [Tensor] {
        guard let core = policy.network.policyCore else { return [] }
        return (0..<core.kind.stateCount).map {
            Tensor("\(prefix)\($0)", .fp32, [-1, core.width], isOptional: isOptional)
        }
    }
}
#endif
