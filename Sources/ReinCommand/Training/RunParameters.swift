import Rein

/// Everything that determines a run: what `params.json` holds. What is nil was not said.
///
///     {"algorithm": "PPO", "environment": "CartPole-v1", "policies": ["default_policy"],
///      "policyConfigurations": {}, "mapping": {"rules": [{"agents": "*", "policy": "default_policy"}]},
///      "evaluationMapping": null, "policiesToTrain": ["default_policy"],
///      "stop": {"return": 475.0, "steps": null}, "format": "native", "checkpointEvery": "5m",
///      "keep": {"checkpoints": 3, "best": "episodeReturnMean", "order": "max"},
///      "configuration": {"seed": 0, "discount": 0.99, ...}}
///
/// Runs in an environment outside of this program also have `environmentSettings`, as far as results depend on them.
///
/// There is no `keep` where all checkpoints stay. Runs with event files also have `"tensorboard": true`.
///
/// Runs that are evaluated while they train also have `"evaluation": {"every": 10, "episodes": 10}`, and `stop` has
/// `evaluationReturn` and `patience` where they are asked for.
struct RunParameters {
    /// The name of the method.
    var algorithm: String?
    /// The id of the environment.
    var environment: String?
    /// What there is to say about an environment outside of this program.
    var environmentSettings = StateMap()
    /// The policies, and what they are for.
    var lineup = LineupChanges.none
    /// When the run is done.
    var stop = StopCriteria()
    /// When policies are evaluated while they are trained; never when nil.
    var evaluation: EvaluationSchedule?
    /// The kind of checkpoint files.
    var format: CheckpointFormat?
    /// When checkpoints are made before the end.
    var checkpointEvery: CheckpointInterval?
    /// How many checkpoints stay; nil for all.
    var keep: KeepRule?
    /// Whether there are event files for TensorBoard.
    var tensorboard: Bool?
    /// Settings of the method.
    var configuration: StateTree = .map([:])
    /// The settings that were changed in the course of the run, which `configuration` has as they are now.
    var changes: [RecordedChange] = []

    /// The keys of the lineup, in their order here.
    private static let lineupKeys: [Lineup.Key] = [
        .policies, .policyConfigurations, .mapping, .evaluationMapping, .policiesToTrain,
    ]

    private static let keys =
        ["algorithm", "environment", "environmentSettings"] + lineupKeys.map(\.rawValue) + [
            "stop", "evaluation", "format", "checkpointEvery", "keep", "tensorboard", "configuration", "changes",
        ]

    /// Nothing said.
    init() {}

    /// What the preset among the options says, if one is given.
    ///
    /// - Throws: `StateError` with the nearest name when there is no such preset.
    init(of options: BeginOptions) throws {
        guard let name = options.preset else { return }
        let preset = try Preset.named(name, algorithm: options.algorithm ?? AlgorithmKind.default.name)
        algorithm = preset.algorithm
        environment = preset.environment
        stop.steps = preset.steps
        configuration = preset.settings
    }

    /// What an algorithm does, with the rest to be filled in.
    init(of trained: AnyAlgorithm) {
        algorithm = trained.name
        environment = trained.environment.id
        environmentSettings = trained.environment.settings
        lineup = LineupChanges(trained.lineup)
        configuration = trained.settings
    }

    /// Reads a file that holds all parameters or some of them.
    ///
    /// - Throws: `StateError` when the file cannot be read, `CommandFailure` for what is wrong inside: an unknown key
    ///   (with the nearest known one), a value of the wrong type or out of range.
    init(readingFrom path: String) throws {
        let bytes = try LocalFile.read(path, limit: RunDirectory.parametersSizeLimit)
        let tree: StateTree
        do {
            tree = try JSON.parse(bytes)
        } catch {
            throw CommandFailure("\(path): \(ConfigurationFile.otherFormat(of: path) ?? "\(error)")")
        }
        do {
            try self.init(StateReader(tree))
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    /// Reads parameters from data.
    init(_ reader: StateReader) throws {
        try Self.expectKeys(of: reader)
        algorithm = try reader.optionalChild("algorithm")?.string()
        environment = try reader.optionalChild("environment")?.string()
        if let section = reader.optionalChild("environmentSettings") {
            _ = try section.map()
            if case .map(let map) = section.tree { environmentSettings = map }
        }
        lineup = try StateDecoder().decode(LineupChanges.self, from: reader.tree, path: reader.path)
        if let section = reader.optionalChild("stop") { stop = try StopCriteria(section) }
        evaluation = try reader.optionalChild("evaluation").map { try EvaluationSchedule($0) }
        format = try Self.decode(CheckpointFormat.self, reader.optionalChild("format"))
        checkpointEvery = try reader.optionalChild("checkpointEvery").map { try CheckpointInterval($0) }
        keep = try reader.optionalChild("keep").map { try KeepRule($0) }
        tensorboard = try reader.optionalChild("tensorboard")?.bool()
        if let section = reader.optionalChild("configuration") {
            _ = try section.map()
            configuration = section.tree
        }
        changes = try reader.optionalChild("changes")?.list().map { try RecordedChange($0) } ?? []
    }

    /// A setting of the method at the top is a likely slip, so that error says where it belongs.
    private static func expectKeys(of reader: StateReader) throws {
        for (key, value) in try reader.map() where !keys.contains(key) {
            for kind in AlgorithmKind.all {
                if case .map(let settings) = kind.defaultSettings, settings[key] != nil {
                    throw value.error(
                        .unknownKey, "there is no such key here; did you mean \"configuration.\(key)\"?")
                }
            }
        }
        try reader.expectKeys(keys)
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ reader: StateReader?) throws -> Value? {
        guard let reader else { return nil }
        return try StateDecoder().decode(type, from: reader.tree, path: reader.path)
    }

    /// The parameters as data, every key present.
    var tree: StateTree {
        var map: StateMap = [
            "algorithm": algorithm.map { .string($0) } ?? .null,
            "environment": environment.map { .string($0) } ?? .null,
        ]
        if !environmentSettings.isEmpty { map["environmentSettings"] = .map(environmentSettings) }
        if case .map(let entries) = StateEncoder().encode(lineup) {
            for key in Self.lineupKeys { map[key.rawValue] = entries[key.rawValue] }
        }
        map["stop"] = stop.tree
        if let evaluation { map["evaluation"] = evaluation.tree }
        map["format"] = format.map { .string($0.rawValue) } ?? .null
        map["checkpointEvery"] = checkpointEvery?.tree ?? .null
        if let keep { map["keep"] = keep.tree }
        if tensorboard == true { map["tensorboard"] = true }
        map["configuration"] = configuration
        if !changes.isEmpty { map["changes"] = .list(changes.map(\.tree)) }
        return .map(map)
    }
}
