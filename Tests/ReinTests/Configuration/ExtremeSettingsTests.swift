import ReinTestSupport
import Testing

@testable import Rein

@Suite("Settings at the ends of what numbers there are")
struct ExtremeSettingsTests {
    static let numbers: [Double] = [
        0, -1, 1e-300, 1e-46, 1e-40, 1e-7, 1 - 1e-12, 1 + 1e-12, 1e7, 3.4e38, 3.5e38, 1e300, -3.4e38,
    ]

    /// The keys of all settings that are numbers, with the way to them.
    static func keys(of tree: StateTree, below path: [String] = []) -> [[String]] {
        switch tree {
        case .double: [path]
        case .map(let map): map.entries.flatMap { keys(of: $1, below: path + [$0]) }
        default: []
        }
    }

    static func overlay(_ path: [String], _ value: StateTree) -> StateTree {
        path.reversed().reduce(value) { [$1: $0] }
    }

    /// Gives every setting every number: it is refused, or an algorithm can be made and trains or says why not.
    static func check<Method: Learner>(
        _: Algorithm<Method>.Type, _ environment: String, _ base: Method.Configuration, optional: [String]
    ) throws {
        let paths = keys(of: base.tree) + optional.map { [$0] }
        #expect(paths.count > 5)
        var accepted = 0
        for path in paths {
            for number in numbers {
                let given = overlay(path, .double(number))
                guard let configuration = try? Method.Configuration(overlaying: given, on: base) else { continue }
                do {
                    let algorithm = try Algorithm<Method>(
                        environment: .init(named: environment), configuration: configuration)
                    accepted += 1
                    _ = try algorithm.train()
                } catch {
                    #expect(
                        error is TrainingError || error is StateError || error is ConfigurationError,
                        "\(path) \(error)")
                }
            }
        }
        #expect(accepted > paths.count)
    }

    @Test("PPO takes them or refuses them")
    func ppo() throws {
        try Self.check(
            PPO.self, "CartPole-v1", EnvironmentFaultTests.ppo.with { $0.valueErrorClip = nil },
            optional: [
                "valueClipRange", "valueErrorClip", "targetKL", "learningRateKLTarget", "learningRate", "clipRange",
            ])
    }

    @Test("DQN takes them or refuses them")
    func dqn() throws {
        try Self.check(
            DQN.self, "CartPole-v1", EnvironmentFaultTests.dqn.with { $0.atoms = 5 },
            optional: ["rewardClip", "learningRate", "explorationRate", "importanceExponent"])
    }

    @Test("SAC takes them or refuses them")
    func sac() throws {
        try Self.check(
            SAC.self, "Pendulum-v1", EnvironmentFaultTests.sac,
            optional: ["rewardClip", "targetEntropy", "actorLearningRate", "maximumGradientNorm"])
    }
}
