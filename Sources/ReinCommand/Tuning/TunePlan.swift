import ArgumentParser
import Rein
import ReinTrainables
import ReinTune

/// What `rein tune` is to do: a plan whose trainable is an algorithm.
struct TunePlan {
    /// The plan as it is written down: what is trained and what is searched apart from one another.
    var plan: ExperimentPlan

    /// The largest number of bytes of a plan: 16 MB.
    static let sizeLimit = 1 << 24

    /// Wraps a plan.
    init(_ plan: ExperimentPlan) { self.plan = plan }

    /// Reads a plan.
    ///
    /// - Throws: `ValidationError` when there is no such file, when it cannot be read, or for what is wrong inside.
    init(readingFrom path: String) throws {
        guard try LocalFile.exists(path) else { throw CommandFailure.wrongPath(path, "there is no such file") }
        if try LocalFile.isDirectory(path) {
            let isExperiment = try TuneFolder(path: path).holdsExperiment
            throw CommandFailure.wrongPath(
                path, "is a directory, not a file" + (isExperiment ? "; did you mean --resume \(path)?" : ""))
        }
        try self.init(try asUsageError { try LocalFile.read(path, limit: Self.sizeLimit) }, from: path)
    }

    /// Reads the text of a plan.
    ///
    /// - Throws: `ValidationError` for what is wrong inside.
    init(_ bytes: [UInt8], from path: String) throws {
        plan = try asUsageError(path) {
            let tree: StateTree
            do throws(StateError) {
                tree = try JSON.parse(bytes)
            } catch {
                guard let advice = ConfigurationFile.otherFormat(of: path) else { throw error }
                throw StateError(error.code, "\(error.message); \(advice)", path: error.path)
            }
            return try ExperimentPlan(StateReader(tree))
        }
    }

    /// The plan as a file has it.
    ///
    /// - Throws: `StateError` for what cannot be written.
    func text() throws(StateError) -> String { JSON.text(try plan.tree(), pretty: true) + "\n" }

    /// The plan that is carried out: what all trials have in common is part of their settings.
    ///
    /// - Throws: `StateError` for a key that is said to be fixed and to be searched.
    func merged() throws(StateError) -> ExperimentPlan {
        var merged = plan
        merged.space = try Self.merge(plan.trainable, into: plan.space, at: "")
        return merged
    }

    /// What is trained.
    ///
    /// - Throws: `StateError` for the name of a method that there is not.
    func definition() throws(StateError) -> TrainableDefinition {
        var name = AlgorithmKind.default.name
        if let given = StateReader(.map(plan.trainable)).optionalChild(AlgorithmTrainable.Key.algorithm.rawValue) {
            name = try AlgorithmKind.named(given.string()).name
        } else if plan.space.entries.contains(where: { $0.key == AlgorithmTrainable.Key.algorithm.rawValue }) {
            name = "algorithms"
        }
        return try TrainableDefinition(AlgorithmTrainable.self, name: name).withResources { configuration in
            let threads = StateReader(.map(configuration)).optionalChild(AlgorithmTrainable.Key.threads.rawValue)
            return try PlacementGroup(cpus: Double(threads?.int() ?? 1))
        }
    }

    private static func merge(
        _ fixed: StateMap, into space: SearchSpace, at path: String
    ) throws(StateError) -> SearchSpace {
        var entries: [SearchSpace.Entry] = []
        for (key, value) in fixed.entries {
            let place = path.isEmpty ? key : "\(path)/\(key)"
            switch (value, space.entries.first { $0.key == key }?.parameter) {
            case (_, nil): entries.append((key, .fixed(value)))
            case (.map(let inner), .map(let searched)?):
                entries.append((key, .map(try merge(inner, into: searched, at: place))))
            default:
                throw StateError(
                    .alreadyExists, "is in \"trainable\" and in \"space\"; say it in one of them", path: place)
            }
        }
        return try SearchSpace(entries + space.entries.filter { fixed[$0.key] == nil })
    }
}
