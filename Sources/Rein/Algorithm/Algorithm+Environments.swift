public import ReinEnvironments
public import ReinPolicies

extension Algorithm {
    /// Creates an algorithm with untrained policies for an environment of one agent; see the other initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    public convenience init(
        environment: EnvironmentSpecification, configuration: Configuration = Configuration(),
        policies: [PolicyID] = [.default], policyConfigurations: [PolicyID: Configuration] = [:],
        agents: [AgentID] = [.default], mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil,
        policiesToTrain: PolicySelection? = nil, threads: Int = 1
    ) throws {
        try self.init(
            environment: .singleAgent(environment), configuration: configuration, policies: policies,
            policyConfigurations: policyConfigurations, agents: agents, mapping: mapping,
            evaluationMapping: evaluationMapping, policiesToTrain: policiesToTrain, threads: threads)
    }

    /// Creates an algorithm with untrained policies for an environment type of one agent; see the other initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    @inlinable
    public convenience init<E: Environment>(
        environment: E.Type, configuration: Configuration = Configuration(),
        policies: [PolicyID] = [.default], policyConfigurations: [PolicyID: Configuration] = [:],
        agents: [AgentID] = [.default], mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil,
        policiesToTrain: PolicySelection? = nil, threads: Int = 1
    ) throws {
        try self.init(
            environment: EnvironmentSpecification(environment), configuration: configuration, policies: policies,
            policyConfigurations: policyConfigurations, agents: agents, mapping: mapping,
            evaluationMapping: evaluationMapping, policiesToTrain: policiesToTrain, threads: threads)
    }

    /// Creates an algorithm with untrained policies for an environment of several agents; see the other initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    public convenience init(
        environment: MultiAgentSpecification, configuration: Configuration = Configuration(),
        policies: [PolicyID] = [.default], policyConfigurations: [PolicyID: Configuration] = [:],
        mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil, policiesToTrain: PolicySelection? = nil,
        threads: Int = 1
    ) throws {
        try self.init(
            environment: .multiAgent(environment), configuration: configuration, policies: policies,
            policyConfigurations: policyConfigurations, mapping: mapping, evaluationMapping: evaluationMapping,
            policiesToTrain: policiesToTrain, threads: threads)
    }

    /// Creates an algorithm with untrained policies for an environment type of several agents; see the other
    /// initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    @inlinable
    public convenience init<E: MultiAgentEnvironment>(
        environment: E.Type, configuration: Configuration = Configuration(),
        policies: [PolicyID] = [.default], policyConfigurations: [PolicyID: Configuration] = [:],
        mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil, policiesToTrain: PolicySelection? = nil,
        threads: Int = 1
    ) throws {
        try self.init(
            environment: MultiAgentSpecification(environment), configuration: configuration, policies: policies,
            policyConfigurations: policyConfigurations, mapping: mapping, evaluationMapping: evaluationMapping,
            policiesToTrain: policiesToTrain, threads: threads)
    }

    /// Creates an algorithm from a checkpoint, with a given environment of one agent; see the other initialiser.
    ///
    /// - Throws: `StateError` for ids that are not there, a mapping that does not fit, and damaged files.
    public convenience init(
        restoring path: String, environment: EnvironmentSpecification, policies: PolicySelection? = nil,
        agents: [AgentID]? = nil, mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil,
        policiesToTrain: PolicySelection? = nil, threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: path, environment: .singleAgent(environment), policies: policies, agents: agents,
            mapping: mapping, evaluationMapping: evaluationMapping, policiesToTrain: policiesToTrain,
            threads: threads, verifyingChecksums: verifyingChecksums)
    }

    /// Creates an algorithm from a checkpoint, with a given environment of several agents; see the other initialiser.
    ///
    /// - Throws: `StateError` for ids that are not there, a mapping that does not fit, and damaged files.
    public convenience init(
        restoring path: String, environment: MultiAgentSpecification, policies: PolicySelection? = nil,
        mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil,
        policiesToTrain: PolicySelection? = nil, threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: path, environment: .multiAgent(environment), policies: policies, mapping: mapping,
            evaluationMapping: evaluationMapping, policiesToTrain: policiesToTrain, threads: threads,
            verifyingChecksums: verifyingChecksums)
    }
}
