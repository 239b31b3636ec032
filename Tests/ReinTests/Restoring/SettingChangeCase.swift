import ReinTestSupport
import Testing

@testable import Rein

/// A setting that is changed for training that goes on, and what that is to be equal to.
struct SettingChangeCase: Sendable, CustomTestStringConvertible {
    /// The method.
    let name: String
    /// The key in full.
    let key: String
    /// The value from then on.
    let value: StateTree
    /// Settings that make it matter.
    var base: StateTree = [:]
    /// Entries of the learner's state that go by the setting, by their places with slashes between.
    var learner: [String: StateTree] = [:]
    /// Entries of the learner's replay that go by it.
    var replay: [String: StateTree] = [:]

    var testDescription: String { "\(name) \(key)" }

    /// The key, split at its dots.
    var path: [String] { key.split(separator: ".").map(String.init) }

    /// The change as a tree of settings.
    var change: StateTree { Self.replacing(path, by: value, in: [:]) }

    /// A new algorithm.
    func algorithm() throws -> AnyAlgorithm {
        let settings: StateTree
        let environment: String
        switch name {
        case "ppo": (settings, environment) = (Interrupted.ppoSettings.tree, "Pendulum-v1")
        case "dqn": (settings, environment) = (Interrupted.dqnSettings.tree, "CartPole-v1")
        default: (settings, environment) = (Interrupted.sacSettings.tree, "Pendulum-v1")
        }
        return try AlgorithmKind.named(name).makeAlgorithm(
            environment: TrainingEnvironment(named: environment), settings: settings.overlaid(by: base))
    }

    /// A checkpoint as it would be, had the settings been others: a learner that is made of it is new, with the value, and
    /// is given the weights, the optimizers and the counters of this one.
    func doctored(_ checkpoint: Checkpoint) throws -> Checkpoint {
        let state = try Self.replacing(["configuration"] + path, by: value, in: checkpoint.algorithmState())
        var policies: [(PolicyID, StateTree)] = []
        var replays: [PolicyID: ReplayState] = [:]
        for id in try checkpoint.policyIDs {
            var policy = try checkpoint.policyState(id)
            for (place, value) in learner {
                policy = Self.replacing(
                    ["learner"] + place.split(separator: "/").map(String.init), by: value, in: policy)
            }
            policies.append((id, policy))
            guard case .included(var tree) = try checkpoint.replayState(id) else {
                replays[id] = try checkpoint.replayState(id)
                continue
            }
            for (place, value) in replay {
                tree = Self.replacing(place.split(separator: "/").map(String.init), by: value, in: tree)
            }
            replays[id] = .included(tree)
        }
        return try Checkpoint(algorithm: state, policies: policies, replays: replays)
    }

    /// A copy of a tree with another value at a place.
    static func replacing(_ place: [String], by value: StateTree, in tree: StateTree) -> StateTree {
        guard let key = place.first else { return value }
        var map = StateMap()
        if case .map(let existing) = tree { map = existing }
        map[key] = replacing(Array(place.dropFirst()), by: value, in: map[key] ?? [:])
        return .map(map)
    }
}

extension SettingChangeCase {
    /// Every setting that takes effect at once, but for `savesReplay` and `exportsNativeModelFiles`, which training does not
    /// depend on.
    static let all = ppo + dqn + sac

    private static let ppo: [SettingChangeCase] =
        [
            "rolloutLength": 24, "epochs": 3, "minibatchSize": 16, "discount": 0.9, "gaeLambda": 0.5,
            "learningRate": 0.01, "learningRateKLTarget": 1e-9, "clipRange": 0.001, "valueLossCoefficient": 5.0,
            "valueClipRange": 0.001, "valueErrorClip": 0.001, "entropyCoefficient": 0.5, "maximumGradientNorm": 0.001,
            "advantageNormalization": "batch", "targetKL": 1e-9, "klTarget": 1e-9,
        ].map { SettingChangeCase(name: "ppo", key: $0, value: $1) }
        + adam("ppo", optimizers: ["optimizer"]) + [
            SettingChangeCase(name: "ppo", key: "rewardClip", value: "sign", base: ["scalesRewards": false]),
            SettingChangeCase(name: "ppo", key: "klCoefficient", value: 0.7, learner: ["klCoefficient": 0.7]),
            SettingChangeCase(
                name: "ppo", key: "sequenceLength", value: 8,
                base: ["network": ["recurrent": "gru", "recurrentWidth": 4], "sequenceLength": 4, "rolloutLength": 24]),
            // What was adapted goes by the rate that was given up.
            SettingChangeCase(
                name: "ppo", key: "learningRate", value: 0.01, base: ["learningRateKLTarget": 1e-9],
                learner: ["learningRateFactor": 1.0]),
            SettingChangeCase(
                name: "ppo", key: "learningRateKLTarget", value: nil, base: ["learningRateKLTarget": 1e-9],
                learner: ["learningRateFactor": 1.0]),
        ]

    private static let dqn: [SettingChangeCase] =
        [
            "stepsPerIteration": 20, "rewardClip": 0.3, "discount": 0.5, "explorationRate": 0.0,
            "prioritizedReplay": false, "priorityExponent": 0.1, "importanceExponent": 1.0,
            "prioritizedReplayEpsilon": 1.0, "prioritizedReplaySampling": "independent", "learningStarts": 10_000,
            "trainingInterval": 4, "updatesPerInterval": 1, "batchSize": 8, "targetUpdateInterval": 1000,
            "targetUpdateRate": 0.1, "loss": "squared", "learningRate": 0.01, "maximumGradientNorm": 0.001,
        ].map { SettingChangeCase(name: "dqn", key: $0, value: $1) }
        + adam("dqn", optimizers: ["networks/optimizer"]) + [
            // Both networks have to value actions differently.
            SettingChangeCase(
                name: "dqn", key: "double", value: false,
                base: ["targetUpdateInterval": 1000, "learningRate": 0.05]),
            SettingChangeCase(name: "dqn", key: "stepCount", value: 1, replay: ["experience/lanes": 0]),
        ]

    private static let sac: [SettingChangeCase] =
        [
            "stepsPerIteration": 13, "trainingInterval": 2, "updatesPerInterval": 1, "learningStarts": 10_000,
            "prioritizedReplay": true, "batchSize": 8, "discount": 0.5, "rewardClip": "sign", "loss": "huber",
            "policyCritic": "first", "simultaneousUpdates": true, "targetUpdateRate": 0.5, "targetUpdateInterval": 3,
            "actorLearningRate": 0.01, "criticLearningRate": 0.01, "temperatureLearningRate": 0.01,
            "learnsTemperature": false, "targetEntropy": 3.0, "maximumGradientNorm": 0.001,
        ].map { SettingChangeCase(name: "sac", key: $0, value: $1) }
        + adam(
            "sac", optimizers: ["criticOptimizer", "actorOptimizer", "temperature/optimizer"].map { "updater/\($0)" })
        + [
            "priorityExponent": 0.1, "importanceExponent": 1.0, "prioritizedReplayEpsilon": 10.0,
            "prioritizedReplaySampling": "independent",
        ].map { SettingChangeCase(name: "sac", key: $0, value: $1, base: ["prioritizedReplay": true]) } + [
            SettingChangeCase(name: "sac", key: "stepCount", value: 1, replay: ["experience/lanes": 0]),
            SettingChangeCase(
                name: "sac", key: "initialTemperature", value: 0.1,
                learner: ["updater/temperature/logarithm": .double(Double(SACTemperature.log(0.1)))]),
            SettingChangeCase(
                name: "sac", key: "clipsGradientsSeparately", value: true, base: ["maximumGradientNorm": 0.1]),
        ]

    private static func adam(_ name: String, optimizers: [String]) -> [SettingChangeCase] {
        [("beta1", 0.5 as StateTree), ("beta2", 0.9), ("epsilon", 0.1)].map { key, value in
            SettingChangeCase(
                name: name, key: "adam.\(key)", value: value,
                learner: Dictionary(uniqueKeysWithValues: optimizers.map { ("\($0)/\(key)", value) }))
        }
    }
}
