public import Foundation
public import Rein

extension Algorithm {
    /// Creates an algorithm from a checkpoint; see the initialiser with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public convenience init(
        restoring url: URL, environment: TrainingEnvironment? = nil, configuration: Configuration? = nil,
        lineup: LineupChanges = .none, threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: url.requirePath(), environment: environment, configuration: configuration, lineup: lineup,
            threads: threads,
            verifyingChecksums: verifyingChecksums)
    }

    /// Creates an algorithm from a checkpoint, with a given environment of one agent; see the initialiser with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public convenience init(
        restoring url: URL, environment: EnvironmentSpecification, lineup: LineupChanges = .none, threads: Int = 1,
        verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: url, environment: .singleAgent(environment), lineup: lineup, threads: threads,
            verifyingChecksums: verifyingChecksums)
    }

    /// Creates an algorithm from a checkpoint, with a given environment of several agents; see the initialiser with a
    /// path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public convenience init(
        restoring url: URL, environment: MultiAgentSpecification, lineup: LineupChanges = .none, threads: Int = 1,
        verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: url, environment: .multiAgent(environment), lineup: lineup, threads: threads,
            verifyingChecksums: verifyingChecksums)
    }

    /// Takes over everything from a checkpoint; see `restore(from:policies:verifyingChecksums:changing:)` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public func restore(
        from url: URL, policies: PolicySelection? = nil, verifyingChecksums: Bool = true,
        changing change: ((inout Configuration) throws -> Void)? = nil
    ) throws {
        try restore(
            from: url.requirePath(), policies: policies, verifyingChecksums: verifyingChecksums, changing: change)
    }

    /// Writes a checkpoint of everything; see `save` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public func save(
        to url: URL, format: CheckpointFormat = .native, sharingWith earlier: URL? = nil,
        replacingExisting: Bool = false, synchronizing: Bool = true, leavingOutCustomMappings: Bool = false
    ) throws(StateError) {
        try save(
            to: url.requirePath(), format: format, sharingWith: earlier?.requirePath(),
            replacingExisting: replacingExisting, synchronizing: synchronizing,
            leavingOutCustomMappings: leavingOutCustomMappings)
    }
}
