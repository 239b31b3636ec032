import Rein
import ReinCheckpoints
import ReinPolicies
import ReinTune

/// What the configuration of an algorithm as a trainable says.
struct AlgorithmPlan {
    let kind: AlgorithmKind
    let environment: TrainingEnvironment
    let lineup: Lineup
    let evaluation: EvaluationSchedule?
    let threads: Int
    /// The settings of the method that are given.
    let settings: StateMap

    /// Reads a configuration.
    ///
    /// - Throws: `StateError` and `ConfigurationError` that name the key, and the nearest one there is.
    init(_ configuration: StateMap, _ parameters: TrainableParameters) throws {
        let reader = StateReader(.map(configuration))
        kind = try AlgorithmKind.named(
            reader.optionalChild(AlgorithmTrainable.Key.algorithm.rawValue)?.string() ?? AlgorithmKind.default.name)

        var settings = StateMap()
        for (key, value) in configuration where AlgorithmTrainable.Key(rawValue: key) == nil {
            try Self.requireSetting(key, of: kind)
            settings[key] = value
        }
        self.settings = settings
        _ = try kind.resolved(.map(settings))

        environment = try Self.environment(reader, parameters)
        var changes = StateMap()
        for key in AlgorithmTrainable.Key.lineup { changes[key.rawValue] = configuration[key.rawValue] }
        lineup = try Lineup(StateDecoder().decode(LineupChanges.self, from: .map(changes), path: ""))
        evaluation = try reader.optionalChild(AlgorithmTrainable.Key.evaluation.rawValue).map {
            try EvaluationSchedule($0)
        }
        let threads = try reader.optionalChild(AlgorithmTrainable.Key.threads.rawValue)?.int() ?? 1
        guard (1...1024).contains(threads) else {
            throw StateError(
                .outOfRange, "\(threads) is out of range (allowed: 1 to 1024)",
                path: AlgorithmTrainable.Key.threads.rawValue)
        }
        self.threads = threads
    }

    func makeAlgorithm() throws -> AnyAlgorithm {
        let algorithm = try kind.makeAlgorithm(
            environment: environment, settings: .map(settings), lineup: lineup, threads: threads)
        algorithm.evaluationSchedule = evaluation
        return algorithm
    }

    /// A key that is no setting may be a slip of one that is none of the method's.
    private static func requireSetting(_ key: String, of kind: AlgorithmKind) throws(StateError) {
        guard case .map(let settings) = kind.defaultSettings, settings[key] == nil else { return }
        let names = AlgorithmTrainable.Key.allCases.map(\.rawValue)
        guard let nearest = nearestName(to: key, in: names + settings.keys), names.contains(nearest) else { return }
        throw StateError(
            .unknownKey, "there is no such key; did you mean \"\(nearest)\"?", path: key.shortened)
    }

    private static func environment(
        _ reader: StateReader, _ parameters: TrainableParameters
    ) throws -> TrainingEnvironment {
        let key = AlgorithmTrainable.Key.environment.rawValue
        guard let name = reader.optionalChild(key) else {
            guard parameters.names.contains(key) else {
                throw StateError(.missingKey, "is missing: the name of an environment, such as CartPole-v1", path: key)
            }
            return try parameters.value(key)
        }
        var settings = StateMap()
        if let section = reader.optionalChild(AlgorithmTrainable.Key.environmentSettings.rawValue) {
            _ = try section.map()
            if case .map(let map) = section.tree { settings = map }
        }
        return try TrainingEnvironment(named: name.string(), settings: settings)
    }
}

extension AlgorithmTrainable {
    /// The keys that a configuration may have beside the settings of the method. All but `environment` may be left out.
    public enum Key: String, CaseIterable, Sendable {
        /// The name of the method; PPO when it is left out.
        case algorithm
        /// The name of an environment: a registered one, or one of a provider.
        case environment
        /// What there is to say about an environment of a provider.
        case environmentSettings
        /// The ids of the policies.
        case policies
        /// Settings of single policies, by their ids.
        case policyConfigurations
        /// Which policy acts for which agent.
        case mapping
        /// Which policy acts for which agent in evaluations.
        case evaluationMapping
        /// The policies that are improved.
        case policiesToTrain
        /// Evaluations while training: `every`, in iterations, and `episodes`.
        case evaluation
        /// The number of threads to work on, without effect on results.
        case threads

        static let lineup: [Key] = [.policies, .policyConfigurations, .mapping, .evaluationMapping, .policiesToTrain]
    }
}
