public import ReinEnvironments
public import ReinPolicies

extension Algorithm {
    /// Creates an algorithm with untrained policies for an environment of one agent; see the other initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    public convenience init(
        environment: EnvironmentSpecification, configuration: Configuration = Configuration(), lineup: Lineup = .one,
        threads: Int = 1
    ) throws {
        try self.init(
            environment: .singleAgent(environment), configuration: configuration, lineup: lineup, threads: threads)
    }

    /// Creates an algorithm with untrained policies for an environment type of one agent; see the other initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    @inlinable
    public convenience init<E: Environment>(
        environment: E.Type, configuration: Configuration = Configuration(), lineup: Lineup = .one, threads: Int = 1
    ) throws {
        try self.init(
            environment: EnvironmentSpecification(environment), configuration: configuration, lineup: lineup,
            threads: threads)
    }

    /// Creates an algorithm with untrained policies for an environment of several agents; see the other initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    public convenience init(
        environment: MultiAgentSpecification, configuration: Configuration = Configuration(), lineup: Lineup = .one,
        threads: Int = 1
    ) throws {
        try self.init(
            environment: .multiAgent(environment), configuration: configuration, lineup: lineup, threads: threads)
    }

    /// Creates an algorithm with untrained policies for an environment type of several agents; see the other
    /// initialiser.
    ///
    /// - Throws: `ConfigurationError` or `StateError` for settings that are impossible or do not fit together.
    @inlinable
    public convenience init<E: MultiAgentEnvironment>(
        environment: E.Type, configuration: Configuration = Configuration(), lineup: Lineup = .one, threads: Int = 1
    ) throws {
        try self.init(
            environment: MultiAgentSpecification(environment), configuration: configuration, lineup: lineup,
            threads: threads)
    }

    /// Creates an algorithm from a checkpoint, with a given environment of one agent; see the other initialiser.
    ///
    /// - Throws: `StateError` for ids that are not there, a mapping that does not fit, and damaged files.
    public convenience init(
        restoring path: String, environment: EnvironmentSpecification, lineup: LineupChanges = .none,
        threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: path, environment: .singleAgent(environment), lineup: lineup, threads: threads,
            verifyingChecksums: verifyingChecksums)
    }

    /// Creates an algorithm from a checkpoint, with a given environment of several agents; see the other initialiser.
    ///
    /// - Throws: `StateError` for ids that are not there, a mapping that does not fit, and damaged files.
    public convenience init(
        restoring path: String, environment: MultiAgentSpecification, lineup: LineupChanges = .none,
        threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: path, environment: .multiAgent(environment), lineup: lineup, threads: threads,
            verifyingChecksums: verifyingChecksums)
    }
}
