import ReinNumerics

/// Forward and backward passes. `parameters` is always the base of the flat buffer, so that one description serves
/// several copies of the numbers; inputs and outputs are row-major.
///
/// `sequences` says how the rows of a recurrent network follow each other; without it every row begins an episode.
/// Networks without memory do not read it. Backward passes are given what the forward pass was given.
extension ActorCritic {
    /// Computes the policy head: `[rows, outputs]` inside the workspace.
    public func policyOutputs(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences? = nil
    ) -> UnsafeMutablePointer<Float> {
        let features = hiddenFeatures(
            rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
        return policy.forward(rows: rows, input: features, parameters: parameters, workspace: workspace.policy)
    }

    /// Computes the state values: `[rows]` inside the workspace.
    ///
    /// - Precondition: the network has a value network.
    public func values(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences? = nil
    ) -> UnsafeMutablePointer<Float> {
        let features = valueFeatures(
            rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
        return valueHead(rows: rows, features: features, parameters: parameters, workspace: workspace)
    }

    /// Computes policy head and value head, passing through shared hidden layers once.
    ///
    /// - Precondition: the network has a value network.
    public func bothOutputs(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences? = nil
    ) -> (policy: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>) {
        let features = hiddenFeatures(
            rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
        let own =
            valueCore == nil
            ? features
            : valueFeatures(
                rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
        return (
            policy.forward(rows: rows, input: features, parameters: parameters, workspace: workspace.policy),
            valueHead(rows: rows, features: own, parameters: parameters, workspace: workspace)
        )
    }

    /// Back-propagates through a policy network of its own, after `policyOutputs` on the same rows.
    ///
    /// Overwrites the policy layers' part of `gradients`.
    public func policyBackward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences? = nil
    ) {
        precondition(!sharesLayers, "shared layers need the gradients of both heads")
        if let policyCore, let coreWorkspace = workspace.policyCore {
            return backward(
                policyCore, under: policy, rows: rows, input: input, parameters: parameters,
                outputGradient: outputGradient, gradients: gradients, coreWorkspace: coreWorkspace,
                workspace: workspace.policy, sequences: sequences)
        }
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
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences? = nil
    ) {
        precondition(!sharesLayers, "shared layers need the gradients of both heads")
        guard let value, let valueWorkspace = workspace.value else { preconditionFailure("no value network") }
        if let valueCore, let coreWorkspace = workspace.valueCore {
            return backward(
                valueCore, under: value, rows: rows, input: input, parameters: parameters,
                outputGradient: valueGradient, gradients: gradients, coreWorkspace: coreWorkspace,
                workspace: valueWorkspace, sequences: sequences)
        }
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
        gradients: UnsafeMutablePointer<Float>, workspace: borrowing ActorCriticWorkspace,
        sequences: RecurrentSequences? = nil
    ) {
        if policyCore != nil {
            return recurrentSharedBackward(
                rows: rows, input: input, parameters: parameters, outputGradient: outputGradient,
                valueGradient: valueGradient, gradients: gradients, workspace: workspace, sequences: sequences)
        }
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

    /// The rows that the heads read: the recurrent layer's outputs, those of the shared hidden layers, or the input
    /// itself.
    private func hiddenFeatures(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences?
    ) -> UnsafePointer<Float> {
        let input = recalled(
            rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
        guard let trunk, let trunkWorkspace = workspace.trunk else { return input }
        return UnsafePointer(
            trunk.forward(rows: rows, input: input, parameters: parameters, workspace: trunkWorkspace))
    }

    /// The rows that the value layers read.
    private func valueFeatures(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences?
    ) -> UnsafePointer<Float> {
        guard valueCore != nil else {
            return hiddenFeatures(
                rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
        }
        return recalledForValue(
            rows: rows, input: input, parameters: parameters, workspace: workspace, sequences: sequences)
    }

    private func valueHead(
        rows: Int, features: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> UnsafeMutablePointer<Float> {
        guard let value, let valueWorkspace = workspace.value else { preconditionFailure("no value network") }
        return value.forward(rows: rows, input: features, parameters: parameters, workspace: valueWorkspace)
    }
}
