import ReinNumerics

/// The recurrent layers' part of the passes.
extension ActorCritic {
    /// The outputs of the policy's recurrent layer, or the input itself when there is none.
    func recalled(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences?
    ) -> UnsafePointer<Float> {
        guard let policyCore, let coreWorkspace = workspace.policyCore else { return input }
        return UnsafePointer(
            policyCore.forward(
                rows: rows, input: input, parameters: parameters, sequences: sequences ?? .step(from: nil),
                stateStride: stateWidth, workspace: coreWorkspace))
    }

    /// The outputs of the value network's own recurrent layer, or the input itself when there is none.
    func recalledForValue(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace, sequences: RecurrentSequences?
    ) -> UnsafePointer<Float> {
        guard let valueCore, let coreWorkspace = workspace.valueCore else { return input }
        return UnsafePointer(
            valueCore.forward(
                rows: rows, input: input, parameters: parameters, sequences: sequences ?? .step(from: nil),
                stateOffset: stateWidth - valueCore.stateWidth, stateStride: stateWidth, workspace: coreWorkspace))
    }

    /// Back-propagates through layers and the recurrent one in front of them.
    func backward(
        _ core: RecurrentCore, under layers: MultilayerPerceptron, rows: Int, input: UnsafePointer<Float>,
        parameters: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        gradients: UnsafeMutablePointer<Float>, coreWorkspace: borrowing RecurrentWorkspace,
        workspace: borrowing PerceptronWorkspace, sequences: RecurrentSequences?
    ) {
        let fromLayers = coreWorkspace.outputGradient.pointer
        layers.backward(
            rows: rows, input: coreWorkspace.memory.hidden, parameters: parameters, outputGradient: outputGradient,
            gradients: gradients, workspace: workspace, inputGradient: fromLayers)
        core.backward(
            rows: rows, input: input, parameters: parameters, sequences: sequences ?? .step(from: nil),
            outputGradient: fromLayers, gradients: gradients, workspace: coreWorkspace)
    }

    /// Back-propagates through both heads, the hidden layers they share, if any, and the recurrent layer.
    func recurrentSharedBackward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, valueGradient: UnsafePointer<Float>,
        gradients: UnsafeMutablePointer<Float>, workspace: borrowing ActorCriticWorkspace,
        sequences: RecurrentSequences?
    ) {
        guard
            let policyCore, let coreWorkspace = workspace.policyCore, let value, let valueWorkspace = workspace.value
        else { preconditionFailure("the hidden layers are not shared") }
        var features = UnsafePointer(coreWorkspace.memory.hidden)
        var below: (activation: Activation, saved: UnsafePointer<Float>)?
        if let trunk, let trunkWorkspace = workspace.trunk {
            let last = trunk.layers.count - 1
            features = UnsafePointer(trunkWorkspace.output(last))
            below = (activation: trunk.outputActivation, saved: trunkWorkspace.saved(last))
        }
        let fromPolicy = workspace.trunkGradients.pointer
        let fromValue = fromPolicy + workspace.rows * policy.inputs
        policy.backward(
            rows: rows, input: features, parameters: parameters, outputGradient: outputGradient,
            gradients: gradients, workspace: workspace.policy, inputGradient: fromPolicy, below: below)
        value.backward(
            rows: rows, input: features, parameters: parameters, outputGradient: valueGradient,
            gradients: gradients, workspace: valueWorkspace, inputGradient: fromValue, below: below)
        Kernels.add(fromValue, to: fromPolicy, count: rows * policy.inputs)
        guard let trunk, let trunkWorkspace = workspace.trunk else {
            return policyCore.backward(
                rows: rows, input: input, parameters: parameters, sequences: sequences ?? .step(from: nil),
                outputGradient: fromPolicy, gradients: gradients, workspace: coreWorkspace)
        }
        backward(
            policyCore, under: trunk, rows: rows, input: input, parameters: parameters, outputGradient: fromPolicy,
            gradients: gradients, coreWorkspace: coreWorkspace, workspace: trunkWorkspace, sequences: sequences)
    }
}
