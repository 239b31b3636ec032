extension ActorCritic {
    /// The rows that the policy head read in the last pass: the last hidden layer, shared or not, or the input when
    /// there are no hidden layers; `[rows, policy.featureCount]` inside the workspace.
    ///
    /// - Parameters:
    ///   - input: the rows that were given to the pass.
    ///   - workspace: the one that the pass used.
    public func policyFeatures(
        input: UnsafePointer<Float>, workspace: borrowing ActorCriticWorkspace
    ) -> UnsafePointer<Float> {
        var below = input
        if let trunk, let trunkWorkspace = workspace.trunk {
            below = UnsafePointer(trunkWorkspace.output(trunk.layers.count - 1))
        }
        return policy.features(input: below, workspace: workspace.policy)
    }
}
