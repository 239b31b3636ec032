public import ReinNetworks

extension Policy {
    /// Computes the policy head for rows that are already normalised, in the memory of a runner or learner.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: `[rows, observationSpace.count]`.
    ///   - parameters: the flat buffer to compute with, such as the network's own.
    ///   - workspace: made for the network and at least `rows` rows.
    /// - Returns: `[rows, distribution.headWidth]` inside the workspace, valid until its next use.
    public func head(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing ActorCriticWorkspace
    ) -> UnsafeMutablePointer<Float> {
        guard let values = distribution.duelingValues else {
            return network.policyOutputs(rows: rows, input: input, parameters: parameters, workspace: workspace)
        }
        let outputs = network.bothOutputs(rows: rows, input: input, parameters: parameters, workspace: workspace)
        values.combine(rows: rows, advantages: outputs.policy, values: outputs.values)
        return outputs.policy
    }
}
