import ReinTestSupport
import Synchronization
import Testing

@testable import Rein

@Suite("Going on with changed settings")
struct ChangedSettingsTests {
    /// All that a checkpoint holds.
    private func trees(_ algorithm: AnyAlgorithm) throws -> [StateTree] {
        let checkpoint = try algorithm.checkpoint()
        return try [checkpoint.algorithmState()]
            + checkpoint.policyIDs.flatMap { id -> [StateTree] in
                guard case .included(let replay) = try checkpoint.replayState(id) else {
                    return [try checkpoint.policyState(id)]
                }
                return [try checkpoint.policyState(id), replay]
            }
    }

    private func train(_ algorithm: AnyAlgorithm, _ iterations: Int = 3) throws {
        for _ in 0..<iterations { _ = try algorithm.train() }
    }

    @Test(
        "A change takes effect, and makes training equal that of a new learner with the value and the stored state",
        arguments: SettingChangeCase.all)
    func atOnce(change: SettingChangeCase) throws {
        let algorithm = try change.algorithm()
        try train(algorithm)
        let checkpoint = try algorithm.checkpoint()
        let changed = try AnyAlgorithm(restoring: checkpoint, changing: change.change)
        #expect(changed.settingChanges.map(\.key) == [change.key])
        let reference = try AnyAlgorithm(restoring: change.doctored(checkpoint))
        #expect(reference.settingChanges.isEmpty)
        let unchanged = try AnyAlgorithm(restoring: checkpoint)
        for each in [changed, reference, unchanged] { try train(each) }
        let isEqual = try trees(changed) == trees(reference)
        #expect(isEqual)
        let hasEffect = changed.policy()?.network != unchanged.policy()?.network
        #expect(hasEffect)
        // Whoever is asked to take it over does the same.
        try algorithm.restore(from: checkpoint, changing: change.change)
        try train(algorithm)
        let isSame = try trees(algorithm) == trees(changed)
        #expect(isSame)
    }

    @Test("Each setting that takes effect at once is among them", arguments: ["ppo", "dqn", "sac"])
    func complete(name: String) throws {
        let tested = Set(
            SettingChangeCase.all.filter { $0.name == name }.map(\.key)
                + ["savesReplay", "exportsNativeModelFiles"])
        for setting in try AlgorithmKind.named(name).settings where setting.effect == .atOnce {
            #expect(tested.contains(setting.key), "\(setting.key)")
        }
    }

    @Test("Whether checkpoints hold the replay changes no bit of training")
    func savesReplay() throws {
        let algorithm = try DQN(environment: CartPole.self, configuration: Interrupted.dqnSettings)
        _ = try algorithm.train()
        let checkpoint = try algorithm.checkpoint()
        let changed = try DQN(
            restoring: checkpoint, configuration: algorithm.configuration.with { $0.savesReplay = false })
        for each in [algorithm, changed] { _ = try each.train() }
        #expect(algorithm.policy() == changed.policy())
        #expect(try changed.checkpoint().replayState(.default) == .omitted)
    }

    /// Another value of a setting that is fixed.
    private static let fixedValues: [String: StateTree] = [
        "usesStateDependentExploration": true, "explorationInterval": 4, "normalizesObservations": false,
        "observationLimit": 5.0, "scalesRewards": false, "rewardLimit": 5.0, "actionTransform": "rescale",
        "network.hidden": [16], "network.activation": "gelu", "network.value": "shared", "network.policyGain": 0.5,
        "network.logDeviation": -1.0, "network.hasDeviationHead": true, "network.hasOrthogonalWeights": false,
        "network.recurrent": "lstm", "network.recurrentWidth": 32, "rainbow": true, "dueling": false, "atoms": 5,
        "minimumReturn": -5.0, "maximumReturn": 5.0, "noisy": true, "noiseScale": 0.1, "replayCapacity": 99,
        "network.headHidden": [4], "network.headActivation": "gelu", "network.criticHidden": [4],
        "network.criticCount": 1, "network.criticActivation": "gelu", "network.logDeviationMinimum": -10.0,
        "network.logDeviationMaximum": 1.0,
    ]

    @Test(
        "What is fixed by what is stored is an error with both values, and nothing changes",
        arguments: ["ppo", "dqn", "sac"])
    func fixed(name: String) throws {
        let algorithm = try SettingChangeCase(name: name, key: "", value: nil).algorithm()
        let checkpoint = try algorithm.checkpoint()
        let before = try trees(algorithm)
        for setting in try AlgorithmKind.named(name).settings where setting.effect == .fixed {
            let value = try #require(Self.fixedValues[setting.key], "\(setting.key)")
            let change = SettingChangeCase(name: name, key: setting.key, value: value).change
            let error = try #require(throws: ConfigurationError.self, "\(setting.key)") {
                try algorithm.restore(from: checkpoint, changing: change)
            }
            #expect(error.key == setting.key && error.problem.contains(JSON.text(value)), "\(error)")
            #expect(error.problem.contains("a new run has to begin"), "\(error)")
        }
        #expect(try trees(algorithm) == before)
        let unknown = #expect(throws: ConfigurationError.self) {
            try algorithm.restore(from: checkpoint, changing: ["dicsount": 0.5])
        }
        #expect(unknown?.problem.contains("discount") == true)
    }

    @Test(
        "Other numbers of environments and other seeds begin new episodes, and learning goes on",
        arguments: [
            ("ppo", "environmentCount"), ("ppo", "seed"), ("dqn", "environmentCount"), ("dqn", "seed"),
            ("sac", "environmentCount"), ("sac", "seed"),
        ])
    func newEnvironments(name: String, key: String) throws {
        let change = SettingChangeCase(name: name, key: key, value: 4)
        let algorithm = try change.algorithm()
        try train(algorithm)
        let checkpoint = try algorithm.checkpoint()
        let changed = try AnyAlgorithm(restoring: checkpoint, changing: change.change)
        #expect(changed.settingChanges.map(\.effect) == [.newEnvironments])
        #expect(changed.counters == algorithm.counters && changed.policy() == algorithm.policy())
        let again = try AnyAlgorithm(restoring: checkpoint, changing: change.change)
        for each in [changed, again] { try train(each) }
        let repeats = try trees(changed) == trees(again)
        #expect(repeats && changed.policy() != algorithm.policy())
        let steps = changed.counters.environmentSteps - algorithm.counters.environmentSteps
        #expect(steps == 3 * changed.environmentStepsPerIteration)
        // What is saved now goes on as any other checkpoint.
        let next = try AnyAlgorithm(restoring: changed.checkpoint())
        for each in [changed, next] { try train(each, 1) }
        let goesOn = try trees(changed) == trees(next)
        #expect(goesOn)
    }

    @Test("Several agents that share an environment begin new episodes, too")
    func newSharedEnvironments() throws {
        let algorithm = try MultiAgentTrainingTests.algorithm(PPOLearner.self, MultiAgentTrainingTests.ppo, threads: 1)
        _ = try algorithm.train()
        let checkpoint = try algorithm.checkpoint()
        let changed = try PPO(
            restoring: checkpoint, configuration: algorithm.configuration.with { $0.environmentCount += 1 })
        _ = try changed.train()
        #expect(changed.counters.iterations == algorithm.counters.iterations + 1)
        let slower = try PPO(
            restoring: checkpoint, configuration: algorithm.configuration.with { $0.learningRate = .constant(0) })
        _ = try slower.train()
        // Running episodes went on: it took the actions that the unchanged one takes, and learnt nothing from them.
        _ = try algorithm.train()
        #expect(slower.episodes == algorithm.episodes)
        let trained = try #require(algorithm.policiesToTrain.first)
        #expect(slower.policy(trained)?.network != algorithm.policy(trained)?.network)
        let before = try PPO(restoring: checkpoint)
        #expect(slower.policy(trained)?.network == before.policy(trained)?.network)
    }

    @Test("Inside an iteration changes that it can go on with do, and others leave its rest out")
    func insideIteration() throws {
        let algorithm = try PPO(environment: Pendulum.self, configuration: Interrupted.ppoSettings)
        let asked = Atomic<Int>(0)
        let stopped = try algorithm.train { asked.add(1, ordering: .relaxed).newValue <= 6 }
        try #require(stopped == nil && algorithm.isInsideIteration)
        let checkpoint = try algorithm.checkpoint()
        let faster = try PPO(
            restoring: checkpoint, configuration: algorithm.configuration.with { $0.learningRate = .constant(0.01) })
        #expect(faster.isInsideIteration)
        _ = try faster.train()
        #expect(faster.counters.environmentSteps == 60)
        for change in [{ $0.rolloutLength = 24 }, { $0.environmentCount = 2 }] as [(inout PPO.Configuration) -> Void] {
            let longer = try PPO(restoring: checkpoint, configuration: algorithm.configuration.with(change))
            #expect(!longer.isInsideIteration)
            _ = try longer.train()
        }
    }

    @Test("A policy's own settings change alone, and are named with it")
    func ownSettings() throws {
        let base = MultiAgentTrainingTests.ppo
        let lineup = try Lineup(
            policies: ["a", "b"], mapping: ["player_1": "a", "*": "b"],
            policyConfigurations: ["b": base.with { $0.epochs = 1 }])
        let algorithm = try PPO(environment: TicTacToe.self, configuration: base, lineup: lineup)
        _ = try algorithm.train()
        let checkpoint = try algorithm.checkpoint()
        let changed = try PPO(
            restoring: checkpoint, lineup: LineupChanges(policyConfigurations: ["b": ["learningRate": 0.0]]))
        #expect(changed.settingChanges.map(\.name) == ["b:learningRate"])
        #expect(changed.configuration(of: "b")?.epochs == 1 && changed.configuration == algorithm.configuration)
        let before = (changed.policy("a")?.network, changed.policy("b")?.network)
        _ = try changed.train()
        #expect(changed.policy("a")?.network != before.0 && changed.policy("b")?.network == before.1)
        let fixed = #expect(throws: ConfigurationError.self) {
            try PPO(
                restoring: checkpoint,
                lineup: LineupChanges(policyConfigurations: ["b": ["network": ["hidden": [3]]]]))
        }
        #expect(fixed?.key == "b:network.hidden")
    }

    @Test("Without a change asked for, a checkpoint of other settings is refused; a closure changes some")
    func closure() throws {
        let algorithm = try CheckpointTests.algorithm()
        let checkpoint = try algorithm.checkpoint()
        try algorithm.restore(from: checkpoint) { $0.discount = 0.9 }
        #expect(algorithm.configuration.discount == 0.9)
        #expect(throws: StateError.self) { try algorithm.restore(from: checkpoint) }
        try algorithm.restore(from: checkpoint) { _ in }
        #expect(algorithm.configuration == CheckpointTests.configuration && algorithm.settingChanges.isEmpty)
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/a")
            try algorithm.restore(from: directory + "/a") { $0.gaeLambda = 0.5 }
            #expect(algorithm.settingChanges.map(\.key) == ["gaeLambda"])
        }
        let impossible = #expect(throws: ConfigurationError.self) {
            try algorithm.restore(from: checkpoint) { $0.discount = 2 }
        }
        #expect(impossible?.key == "discount" && algorithm.configuration.gaeLambda == 0.5)
    }
}
