import Rein
import Testing

@Suite("Presets")
struct PresetTests {
    @Test("Every preset can be built, on an environment that is known")
    func all() throws {
        for preset in Preset.all {
            let environment = try EnvironmentRegistry.specification(preset.environment)
            switch preset.algorithm {
            case "PPO":
                _ = try PPOLearner.makePolicy(
                    observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
                    configuration: PPO.Configuration(overlaying: preset.settings),
                    random: RandomStream(seed: 1, name: "preset"))
            case "DQN":
                _ = try DQNLearner.makePolicy(
                    observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
                    configuration: DQN.Configuration(overlaying: preset.settings),
                    random: RandomStream(seed: 1, name: "preset"))
            case "SAC":
                _ = try SACLearner.makePolicy(
                    observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
                    configuration: SAC.Configuration(overlaying: preset.settings),
                    random: RandomStream(seed: 1, name: "preset"))
            default: Issue.record("no test knows \(preset.algorithm)")
            }
            #expect(preset.steps > 0 && preset.name.hasSuffix(preset.environment))
        }
        let names = Preset.all.map { $0.algorithm + $0.name }
        #expect(Set(names).count == names.count)
    }

    @Test("An unknown name is answered with the nearest one of the method")
    func unknown() throws {
        #expect(try Preset.named("zoo/CartPole-v1", algorithm: "dqn").algorithm == "DQN")
        let error = try #require(throws: StateError.self) {
            try Preset.named("zoo/CartPol-v1", algorithm: "PPO")
        }
        #expect(error.message.contains("did you mean \"zoo/CartPole-v1\""))
    }
}
