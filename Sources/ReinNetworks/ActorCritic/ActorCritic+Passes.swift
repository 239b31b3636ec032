import ReinNumerics

/// Forward and backward passes. `parameters` is always the base of the flat buffer, so that one description serves
/// several copies of the numbers; inputs and outputs are row-major.
extension ActorCritic {
    /// Computes the policy head: `[rows, outputs]` inside the workspace.
    public func policyOutputs(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> UnsafeMutablePointer<Float> {
        let features = hiddenFeatures(rows: rows, input: input, parameters: parameters, workspace: workspace)
        return policy.forward(rows: rows, input: features, parameters: parameters, workspace: workspace.policy)
    }

    /// Computes the state values: `[rows]` inside the workspace.
    ///
    /// - Precondition: the network has a value network.
    public func values(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> UnsafeMutablePointer<Float> {
        let features = hiddenFeatures(rows: rows, input: input, parameters: parameters, workspace: workspace)
        return valueHead(rows: rows, features: features, parameters: parameters, workspace: workspace)
    }

    /// Computes policy head and value head, passing through shared hidden layers once.
    ///
    /// - Precondition: the network has a value network.
    public func bothOutputs(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> (policy: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>) {
        let features = hiddenFeatures(rows: rows, input: input, parameters: parameters, workspace: workspace)
        return (
            policy.forward(rows: rows, input: features, parameters: parameters, workspace: workspace.policy),
            valueHead(rows: rows, features: features, parameters: parameters, workspace: workspace)
        )
    }

    /// Back-propagates through a policy network of its own, after `policyOutputs` on the same rows.
    ///
    /// Overwrites the policy layers' part of `gradients`.
    public func policyBackward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) {
        precondition(trunk == nil, "shared layers need the gradients of both heads")
        policy.backward(
            rows: rows, input: input, parameters: parameters, outputGradient: outputGradient,
            gradients: gradients, workspace: workspace.policy)
    }

    /// Back-propagates through a value network of its own, after `values` on the same rows.
    ///
    /// Overwrites the value layers' part of `gradients`.
    public func valueBackward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        valueGradient: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) {
        precondition(trunk == nil, "shared layers need the gradients of both heads")
        guard let value, let valueWorkspace = workspace.value else { preconditionFailure("no value network") }
        value.backward(
            rows: rows, input: input, parameters: parameters, outputGradient: valueGradient,
            gradients: gradients, workspace: valueWorkspace)
    }

    /// Back-propagates through both heads and the hidden layers they share, after `bothOutputs` on the same rows.
    ///
    /// Overwrites all of `gradients` but the log standard deviations' part.
    public func sharedBackward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, valueGradient: UnsafePointer<Float>,
        gradients: UnsafeMutablePointer<Float>, workspace: borrowing ActorCriticWorkspace
    ) {
        guard let trunk, let trunkWorkspace = workspace.trunk, let value, let valueWorkspace = workspace.value else {
            preconditionFailure("the hidden layers are not shared")
        }
        let last = trunk.layers.count - 1
        let features = UnsafePointer(trunkWorkspace.output(last))
        let below = (activation: trunk.outputActivation, saved: trunkWorkspace.saved(last))
        let fromPolicy = workspace.trunkGradients.pointer
        let fromValue = fromPolicy + workspace.rows * trunk.outputs
        policy.backward(
            rows: rows, input: features, parameters: parameters, outputGradient: outputGradient,
            gradients: gradients, workspace: workspace.policy, inputGradient: fromPolicy, below: below)
        value.backward(
            rows: rows, input: features, parameters: parameters, outputGradient: valueGradient,
            gradients: gradients, workspace: valueWorkspace, inputGradient: fromValue, below: below)
        Kernels.add(fromValue, to: fromPolicy, count: rows * trunk.outputs)
        trunk.backward(
            rows: rows, input: input, parameters: parameters, outputGradient: fromPolicy,
            gradients: gradients, workspace: trunkWorkspace)
    }

    /// The rows that the heads read: the shared hidden layers' outputs, or the input itself.
    private func hiddenFeatures(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> UnsafePointer<Float> {
        guard let trunk, let trunkWorkspace = workspace.trunk else { return input }
        return UnsafePointer(
            trunk.forward(rows: rows, input: input, parameters: parameters, workspace: trunkWorkspace))
    }

    private func valueHead(
        rows: Int, features: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> UnsafeMutablePointer<Float> {
        guard let value, let valueWorkspace = workspace.value else { preconditionFailure("no value network") }
        return value.forward(rows: rows, input: features, parameters: parameters, workspace: valueWorkspace)
    }
}
