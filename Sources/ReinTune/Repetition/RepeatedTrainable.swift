import ReinCheckpoints

/// Trainables that differ in their seed, as one; see `TrainableDefinition.repeated`.
///
/// How far each of them is, its driver counts and saves. One that is ahead of others, since a step was cancelled or has
/// failed between them, waits for them in the next step.
final class RepeatedTrainable<Base: Trainable>: DirectoryTrainable, Cleaning {
    private let repetition: SeedRepetition
    private let members: [TrainableDriver]
    /// Why the members are of no use; nil as long as they are.
    private var unfitness: StateError?

    init(_ repetition: SeedRepetition, _ members: [TrainableDriver]) {
        self.repetition = repetition
        self.members = members
    }

    /// Never called: the definition says how a trainable is repeated.
    convenience init(configuration: StateMap, context: TrainableContext) async throws {
        throw StateError(.unsupportedFormat, "a repeated trainable is made by its definition")
    }

    func step() async throws -> StepResult {
        if let unfitness { throw unfitness }
        // The step that all are to have done, but for those that had ended before it.
        var iteration = members.map(\.iteration).max() ?? 0
        if members.allSatisfy({ $0.isDone || $0.iteration == iteration }) { iteration += 1 }
        for member in members where !member.isDone && member.iteration < iteration {
            _ = try await repetition.naming(member.configuration) { try await member.train() }
        }
        let results = members.map { SeedResult($0.lastResult, isNew: $0.iteration == iteration) }
        return try StepResult(combining: results, repetition.summary)
    }

    func saveCheckpoint(to directory: String) async throws {
        if let unfitness { throw unfitness }
        for (index, member) in members.enumerated() {
            _ = try await repetition.naming(member.configuration) {
                try await member.save(
                    to: "\(directory)/\(SeedRepetition.folderName(index))", uploading: false, synchronizing: false)
            }
        }
    }

    func loadCheckpoint(from directory: String) async throws {
        if let unfitness { throw unfitness }
        let next = "\(directory)/\(SeedRepetition.folderName(members.count))"
        guard try !LocalFile.exists(next) else {
            throw StateError(.outOfRange, "is of more seeds than \(members.count)", path: next)
        }
        for (index, member) in members.enumerated() {
            _ = try await repetition.naming(member.configuration) {
                try await member.restore(from: "\(directory)/\(SeedRepetition.folderName(index))")
            }
        }
    }

    func cleanUp() async throws {
        var problem: (any Error)?
        for member in members {
            do { try await repetition.naming(member.configuration) { try await member.stop() } } catch {
                problem = problem ?? error
            }
        }
        if let problem { throw problem }
    }
}

extension RepeatedTrainable: Resettable where Base: Resettable {
    func reset(configuration: StateMap, context: TrainableContext) async throws {
        let configurations = try repetition.configurations(configuration)
        for (index, member) in members.enumerated() {
            do {
                try await repetition.naming(configurations[index]) {
                    try await member.reset(
                        configuration: configurations[index], context: repetition.context(index, in: context))
                }
            } catch {
                // Of the first, nothing has changed.
                if index > 0 {
                    unfitness = StateError(.unavailable, "not all seeds could begin again: \(error)")
                }
                throw error
            }
        }
        unfitness = nil
    }
}

extension RepeatedTrainable: Exporting where Base: Exporting {
    func exportModel(formats: [String], to directory: String) async throws -> [String: String] {
        var paths: [String: String] = [:]
        for (index, member) in members.enumerated() {
            let models = try await repetition.naming(member.configuration) {
                try await member.exportModel(formats, to: "\(directory)/\(SeedRepetition.folderName(index))")
            }
            for (format, path) in models { paths["\(SeedResult.key)/\(index)/\(format)"] = path }
        }
        return paths
    }
}

extension TrainableDriver {
    /// Whether the last step was the trainable's last.
    fileprivate var isDone: Bool { lastResult[MetricName.done] == true }
}
