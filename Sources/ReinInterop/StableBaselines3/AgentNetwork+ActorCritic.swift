import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces

/// Networks of policy and value, as PPO, A2C, TRPO and MaskablePPO have them.
extension AgentNetwork {
    /// The layers that policy and value share.
    private static let sharedLayers = "mlp_extractor.shared_net"

    /// Whether policy and value share layers.
    static func sharesLayers(_ archive: TorchArchive) -> Bool {
        archive.names.contains { $0.hasPrefix("\(sharedLayers).") }
    }

    /// Policy and value. When their own hidden layers differ, Rein's network cannot hold the value network: it is then
    /// checked and left out.
    static func actorCritic(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        var distribution = ActionDistribution(for: form.actionSpace)
        if form.isStateDependent {
            distribution = form.stateDependent(
                count: try form.dimensionCount("state-dependent exploration"),
                isSquashed: form.arguments.squashesOutput, meanLimit: nil)
        } else if form.arguments.squashesOutput {
            throw StateError(
                .outOfRange, "belongs to state-dependent exploration", path: "data/policy_kwargs/squash_output")
        }
        let widths = form.widths
        let hasValue = widths.policy == widths.value
        let architecture = try form.architecture(
            distribution, value: !hasValue ? .none : widths.shared.isEmpty ? .separate : .shared)
        let inputs = widths.shared.last ?? form.inputs
        var parameters = try tensors.hidden(sharedLayers, inputs: form.inputs, widths: widths.shared)
        parameters += try tensors.hidden("mlp_extractor.policy_net", inputs: inputs, widths: widths.policy)
        parameters += try tensors.layer("action_net", inputs: form.featureCount, outputs: distribution.headWidth)
        if form.isStateDependent {
            parameters += try tensors.logDeviations("log_std", form, count: distribution.headWidth)
        } else if distribution.hasLogDeviation {
            parameters += try tensors.floats("log_std", shape: [distribution.headWidth])
        }
        var value = try tensors.hidden("mlp_extractor.value_net", inputs: inputs, widths: widths.value)
        value += try tensors.layer("value_net", inputs: widths.value.last ?? inputs, outputs: 1)
        try tensors.expectNothingElse()
        return AgentNetwork(architecture, distribution, parameters: hasValue ? parameters + value : parameters)
    }
}
