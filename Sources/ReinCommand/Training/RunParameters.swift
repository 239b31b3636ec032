import Rein

/// Everything that determines a run: what `params.json` holds. What is nil was not said.
///
///     {"algorithm": "PPO", "environment": "CartPole-v1", "policies": ["default_policy"],
///      "policyConfigurations": {}, "mapping": {"rules": [{"agents": "*", "policy": "default_policy"}]},
///      "evaluationMapping": null, "policiesToTrain": ["default_policy"],
///      "stop": {"return": 475.0, "steps": null}, "format": "native", "checkpointEvery": "5m",
///      "configuration": {"seed": 0, "discount": 0.99, ...}}
struct RunParameters {
    /// The name of the method.
    var algorithm: String?
    /// The id of the environment.
    var environment: String?
    /// The policies, and what they are for.
    var cast = TrainingMethod.Cast()
    /// When the run is done.
    var stop = StopCriteria()
    /// The kind of checkpoint files.
    var format: CheckpointFormat?
    /// When checkpoints are made before the end.
    var checkpointEvery: CheckpointInterval?
    /// Settings of the method.
    var configuration: StateTree = .map([:])

    private static let keys = [
        "algorithm", "environment", "policies", "policyConfigurations", "mapping", "evaluationMapping",
        "policiesToTrain", "stop", "format", "checkpointEvery", "configuration",
    ]

    /// Nothing said.
    init() {}

    /// What the preset among the options says, if one is given.
    ///
    /// - Throws: `StateError` with the nearest name when there is no such preset.
    init(of options: BeginOptions) throws {
        guard let name = options.preset else { return }
        let preset = try Preset.named(name, algorithm: options.algorithm ?? TrainingMethod.all[0].name)
        algorithm = preset.algorithm
        environment = preset.environment
        stop.steps = preset.steps
        configuration = preset.settings
    }

    /// What a trainer does, with the rest to be filled in.
    init(of trainer: any Trainer) {
        algorithm = trainer.algorithmName
        environment = trainer.environment.id
        cast.policies = PolicySelection(trainer.policyIDs)
        cast.policyConfigurations = trainer.policySettings
        cast.mapping = trainer.mapping
        cast.evaluationMapping = trainer.evaluationMapping
        cast.policiesToTrain = PolicySelection(trainer.policiesToTrain)
        configuration = trainer.settings
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
        cast.policies = try Self.decode([PolicyID].self, reader.optionalChild("policies")).map { PolicySelection($0) }
        for (id, settings) in try reader.optionalChild("policyConfigurations")?.map() ?? [] {
            _ = try settings.map()
            cast.policyConfigurations[id] = settings.tree
        }
        cast.mapping = try Self.decode(PolicyMapping.self, reader.optionalChild("mapping"))
        cast.evaluationMapping = try Self.decode(PolicyMapping.self, reader.optionalChild("evaluationMapping"))
        cast.policiesToTrain = try Self.decode([GlobPattern].self, reader.optionalChild("policiesToTrain"))
            .map { PolicySelection(patterns: $0) }
        if let section = reader.optionalChild("stop") { stop = try StopCriteria(section) }
        format = try Self.decode(CheckpointFormat.self, reader.optionalChild("format"))
        checkpointEvery = try reader.optionalChild("checkpointEvery").map { try CheckpointInterval($0) }
        if let section = reader.optionalChild("configuration") {
            _ = try section.map()
            configuration = section.tree
        }
    }

    /// A setting of the method at the top is a likely slip, so that error says where it belongs.
    private static func expectKeys(of reader: StateReader) throws {
        for (key, value) in try reader.map() where !keys.contains(key) {
            for method in TrainingMethod.all {
                if case .map(let settings) = method.defaults, settings[key] != nil {
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
        [
            "algorithm": algorithm.map { .string($0) } ?? .null,
            "environment": environment.map { .string($0) } ?? .null,
            "policies": cast.policies.map { StateEncoder().encode($0.patterns) } ?? .null,
            "policyConfigurations": .map(cast.policyConfigurations),
            "mapping": cast.mapping.map { StateEncoder().encode($0) } ?? .null,
            "evaluationMapping": cast.evaluationMapping.map { StateEncoder().encode($0) } ?? .null,
            "policiesToTrain": cast.policiesToTrain.map { StateEncoder().encode($0.patterns) } ?? .null,
            "stop": stop.tree,
            "format": format.map { .string($0.rawValue) } ?? .null,
            "checkpointEvery": checkpointEvery?.tree ?? .null,
            "configuration": configuration,
        ]
    }
}
