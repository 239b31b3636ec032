import ArgumentParser
import Rein

/// What is to be different about the settings of a run that goes on: what `--config`, `--set`, `--set-policy` and `--seed`
/// say beside `--resume`.
final class ChangedSettings {
    /// What the file of `--config` says; nothing without one.
    let given: RunParameters
    private let assignments: [String]
    private let policyAssignments: [String]

    /// Takes the options, of which values are read when the checkpoint's policies are known.
    ///
    /// - Throws: `ValidationError` for what is wrong with the file.
    init(_ options: BeginOptions) throws {
        given = try options.config.map { try ConfigurationFile.parameters(in: $0) } ?? RunParameters()
        assignments = options.assignments + (options.seed.map { ["seed=\($0)"] } ?? [])
        policyAssignments = options.policyAssignments
    }

    /// Whether nothing is said.
    var isEmpty: Bool {
        given.configuration == [:] && given.lineup.isEmpty && given.algorithm == nil && given.environment == nil
            && assignments.isEmpty && policyAssignments.isEmpty
    }

    /// The settings of the algorithm and of policies that are to be others.
    ///
    /// - Parameters:
    ///   - policies: the ids in the checkpoint.
    ///   - pending: changes that were asked for before, and that no checkpoint has yet.
    /// - Throws: `ValidationError` for what is no setting.
    func changes(
        policies: [PolicyID], pending: [RecordedChange]
    ) throws -> (settings: StateTree, policies: [PolicyID: StateTree]) {
        try asUsageError {
            var (settings, own) = (StateTree.map([:]), [PolicyID: StateTree]())
            for change in pending {
                let assignment = ConfigurationAssignment(path: change.path, value: change.value)
                if let policy = change.policy {
                    if policies.contains(policy) { assignment.apply(to: &own[policy, default: [:]]) }
                } else {
                    assignment.apply(to: &settings)
                }
            }
            settings = settings.overlaid(by: given.configuration)
            own.merge(given.lineup.policyConfigurations) { $0.overlaid(by: $1) }
            for text in assignments { try ConfigurationAssignment(parsing: text).apply(to: &settings) }
            for text in policyAssignments {
                try PolicyAssignmentText(parsing: text).apply(to: &own, policies: policies)
            }
            return (settings, own)
        }
    }

    /// Checks that the file of `--config` says nothing else than the checkpoint does of what it cannot change.
    ///
    /// - Throws: `ValidationError` that says which option does.
    func requireSame(as algorithm: AnyAlgorithm) throws {
        func refuse(_ what: String, _ option: String) -> ValidationError {
            ValidationError("--config says other \(what) than the checkpoint; say with \(option) what is to change")
        }
        if let name = given.algorithm, name.lowercased() != algorithm.name.lowercased() {
            throw ValidationError("--config is for \(name), and the checkpoint is of \(algorithm.name)")
        }
        if let environment = given.environment, environment != algorithm.environment.id {
            throw refuse("environments", "--environment")
        }
        let lineup = LineupChanges(algorithm.lineup)
        if let policies = given.lineup.policies, policies != lineup.policies { throw refuse("policies", "--policies") }
        if let mapping = given.lineup.mapping, mapping != lineup.mapping { throw refuse("mappings", "--mapping") }
        if let mapping = given.lineup.evaluationMapping, mapping != lineup.evaluationMapping {
            throw refuse("mappings for evaluation", "--evaluation-mapping")
        }
        if let trained = given.lineup.policiesToTrain, trained != lineup.policiesToTrain {
            throw refuse("policies to train", "--policies-to-train")
        }
    }
}
