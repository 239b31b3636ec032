import Rein
import Testing

@Suite("Presets")
struct PresetTests {
    @Test("Every preset can be built, on an environment that is known")
    func all() throws {
        for preset in Preset.all {
            let environment = try Self.specification(preset.environment)
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
            #expect(preset.steps > 0 && preset.name.hasSuffix(preset.environment.split(separator: ":").last ?? "?"))
        }
        let names = Preset.all.map { $0.algorithm + $0.name }
        #expect(Set(names).count == names.count)
    }

    /// The environment of a name; for those of Gymnasium one with their spaces.
    private static func specification(_ id: String) throws -> EnvironmentSpecification {
        let (observations, actions): (Int, ActionSpace)
        switch id {
        case "gymnasium:LunarLander-v3": (observations, actions) = (8, .discrete(Discrete(4)))
        case "gymnasium:HalfCheetah-v5": (observations, actions) = (17, .box(Box(-1...1, shape: [6])))
        case "gymnasium:Hopper-v5": (observations, actions) = (11, .box(Box(-1...1, shape: [3])))
        default: return try EnvironmentRegistry.specification(id)
        }
        return EnvironmentSpecification(
            id: id, observationSpace: Box(-1...1, shape: [observations]), actionSpace: actions, masksActions: false,
            settings: [:], record: [:]
        ) { _, _ in preconditionFailure("no preset is trained here") }
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
