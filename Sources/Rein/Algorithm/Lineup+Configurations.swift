public import ReinCheckpoints
public import ReinEnvironments
public import ReinPolicies

extension Lineup {
    /// Creates a lineup of which some policies have settings of their own.
    ///
    ///     let lineup = try Lineup(
    ///         policies: ["main", "slow"], mapping: ["agent_0": "main", "*": "slow"],
    ///         policyConfigurations: ["slow": configuration.with { $0.learningRate = 1e-4 }])
    ///
    /// - Throws: `StateError` as the other initialiser.
    public init<Configuration: AlgorithmConfiguration>(
        policies: [PolicyID] = [.default], agents: [AgentID]? = nil, mapping: PolicyMapping? = nil,
        evaluationMapping: PolicyMapping? = nil, policiesToTrain: PolicySelection? = nil,
        policyConfigurations: [PolicyID: Configuration]
    ) throws(StateError) {
        try self.init(
            policies: policies, agents: agents, mapping: mapping, evaluationMapping: evaluationMapping,
            policiesToTrain: policiesToTrain, policyConfigurations: policyConfigurations.mapValues(\.tree))
    }
}
