import Rein
import Synchronization

/// A method that `rein train` offers. A new one of Rein's is a line here; nothing else in the command names a method.
struct TrainingMethod: Sendable {
    private static let offered = Mutex([
        TrainingMethod(PPO.self), TrainingMethod(DQN.self), TrainingMethod(SAC.self),
    ])

    /// The methods that can be trained with, the default one first.
    static var all: [TrainingMethod] { offered.withLock { $0 } }

    /// Adds a method behind those there are.
    static func offer(_ method: TrainingMethod) {
        let isNew = offered.withLock { methods in
            guard methods.allSatisfy({ $0.name.lowercased() != method.name.lowercased() }) else { return false }
            methods.append(method)
            return true
        }
        precondition(isNew, "a method named \(method.name) is offered already")
    }

    /// Which policies a run has, and what they are for; nil stands for the defaults of `Algorithm`.
    struct Cast {
        /// The ids of a new run's policies, or which policies of a checkpoint to restore.
        var policies: PolicySelection?
        var mapping: PolicyMapping?
        var evaluationMapping: PolicyMapping?
        var policiesToTrain: PolicySelection?
        /// The settings of policies that have their own, as far as they differ, by their ids.
        var policyConfigurations = StateMap()

        /// Whether nothing is given.
        var isEmpty: Bool {
            policies == nil && mapping == nil && evaluationMapping == nil && policiesToTrain == nil
                && policyConfigurations.isEmpty
        }
    }

    /// The name, such as `PPO`.
    let name: String
    /// The settings' keys and defaults.
    let defaults: StateTree
    /// What there is to say of each setting.
    let settings: [Setting]
    /// Keys of other methods that this one cannot have, and why.
    let refusals: [String: String]
    /// All settings, from those that are given and the defaults.
    let resolve: @Sendable (StateTree) throws -> StateTree
    /// Whether a policy has the network that settings describe for its spaces.
    let fits: @Sendable (Policy, StateTree) throws -> Bool
    /// Begins a run.
    let begin: @Sendable (TrainingEnvironment, StateTree, Cast, _ threads: Int) throws -> any Trainer
    /// Continues from a checkpoint, in its own environment or another one.
    let restore: @Sendable (_ path: String, TrainingEnvironment?, Cast, _ threads: Int) throws -> any Trainer

    /// Describes a method by its algorithm.
    init<Method: Learner & SendableMetatype>(_: Algorithm<Method>.Type) {
        name = Method.algorithmName
        defaults = Method.Configuration().tree
        settings = Method.Configuration.settings
        refusals = Method.Configuration.refusals
        resolve = { try Method.Configuration(overlaying: $0).tree }
        fits = { policy, settings in
            let form = try Method.form(
                observationSpace: policy.observationSpace, actionSpace: policy.actionSpace,
                configuration: Method.Configuration(overlaying: settings))
            return policy.form.fits(form)
        }
        begin = { environment, settings, cast, threads in
            let ids = try cast.policies?.patterns.map { try PolicyID($0.text) } ?? [.default]
            let configuration = try Method.Configuration(overlaying: settings)
            return try Algorithm<Method>(
                environment: environment, configuration: configuration, policies: ids,
                policyConfigurations: Self.configurations(cast.policyConfigurations, on: configuration),
                mapping: cast.mapping, evaluationMapping: cast.evaluationMapping,
                policiesToTrain: cast.policiesToTrain, threads: threads)
        }
        restore = { path, environment, cast, threads in
            try Algorithm<Method>(
                restoring: path, environment: environment, policies: cast.policies, mapping: cast.mapping,
                evaluationMapping: cast.evaluationMapping, policiesToTrain: cast.policiesToTrain, threads: threads)
        }
    }

    /// The settings of policies that have their own.
    ///
    /// - Throws: `ConfigurationError` that names the policy with the key.
    private static func configurations<Configuration: AlgorithmConfiguration>(
        _ settings: StateMap, on base: Configuration
    ) throws -> [PolicyID: Configuration] {
        var configurations: [PolicyID: Configuration] = [:]
        for (key, tree) in settings.entries {
            let id = try PolicyID(key)
            do throws(ConfigurationError) {
                configurations[id] = try Configuration(overlaying: tree, on: base)
            } catch {
                throw ConfigurationError(key: "\(key):\(error.key)", problem: error.problem)
            }
        }
        return configurations
    }

    /// What is wrong with settings that this method does not take: those of another method are said to be that.
    ///
    /// - Parameters:
    ///   - error: what the method says.
    ///   - algorithm: the method that the settings were made for, if that is known.
    ///   - path: the file that the settings are in, if they are.
    func explanation(of error: ConfigurationError, madeFor algorithm: String?, in path: String?) -> any Error {
        guard !defaults.contains(error.key), refusals[error.key] == nil else { return error }
        if let path, let algorithm, algorithm.lowercased() != name.lowercased() {
            return ConfigurationError(
                key: error.key,
                problem: "\(path) holds settings of \(algorithm), and \(name) has no such key; leave --algorithm out, "
                    + "or give settings of \(name)")
        }
        let meanings = SettingOfOthers.named(error.key)?.keys ?? []
        guard !meanings.contains(where: { defaults.contains($0) || refusals[$0] != nil }) else { return error }
        for key in [error.key] + meanings {
            let others = Self.all.filter { $0.defaults.contains(key) }.map(\.name)
            guard !others.isEmpty else { continue }
            return ConfigurationError(
                key: error.key,
                problem: "this is \(key == error.key ? "" : "\"\(key)\", ")a setting of "
                    + "\(others.joined(separator: " and ")), not of \(name)")
        }
        return error
    }

    /// The method of a name, in upper or lower case.
    ///
    /// - Throws: `CommandFailure` with the nearest name when there is none.
    static func named(_ name: String) throws -> TrainingMethod {
        if let method = all.first(where: { $0.name.lowercased() == name.lowercased() }) { return method }
        let names = all.map { $0.name.lowercased() }
        throw CommandFailure(
            unknownName(
                "unknown algorithm \"\(name)\"", nearest: nearestName(to: name, in: names),
                rest: "known are \(names.joined(separator: ", "))"))
    }
}

extension StateTree {
    /// Whether there is something at a key in full, such as `network.hidden`.
    fileprivate func contains(_ key: String) -> Bool {
        var tree = self
        for part in key.split(separator: ".", omittingEmptySubsequences: false) {
            guard case .map(let map) = tree, let child = map[String(part)] else { return false }
            tree = child
        }
        return true
    }
}
