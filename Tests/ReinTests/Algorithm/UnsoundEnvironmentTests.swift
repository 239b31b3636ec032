import ReinCheckpoints
import Testing

@testable import Rein

@Suite("Environments that no copies can be made of")
struct UnsoundEnvironmentTests {
    /// Masks continuous actions, or says that an action has two numbers and reads one.
    struct Odd: Environment {
        static let masksActions = true
        var isWide = false
        var observationSpace: Box { Box(0...1, shape: [1]) }
        var actionSpace: ActionSpace { .box(Box(0...1, shape: [isWide ? 2 : 1])) }
        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
        mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step { Step(reward: 0) }
    }

    /// Has agents of the given names.
    struct Named: MultiAgentEnvironment {
        var agents: [AgentID] = []
        func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [1]) }
        func actionSpace(of agent: Int) -> ActionSpace { .discrete(2) }
        mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {}
        mutating func step(_ turn: inout AgentTurn) -> Status { .terminated }
        func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = 0 }
    }

    static let environments: [(TrainingEnvironment, problem: String)] = [
        (.singleAgent(EnvironmentSpecification(CartPole.self, timeLimit: 0)), "CartPole-v1: the time limit is 0"),
        (.multiAgent(MultiAgentSpecification(TicTacToe.self, timeLimit: -1)), "TicTacToe-v3: the time limit is -1"),
        (.singleAgent(EnvironmentSpecification(Odd.self)), "Odd: it masks actions, but only discrete"),
        (
            .singleAgent(EnvironmentSpecification(Odd.self) { Odd(isWide: true) }),
            "Odd: its action type reads 1 numbers, but an action of its space has 2"
        ),
        (.multiAgent(MultiAgentSpecification(Named.self)), "Named: it has no agents"),
        (
            .multiAgent(MultiAgentSpecification(Named.self) { Named(agents: ["left", "left"]) }),
            "Named: two of its agents have the same name"
        ),
    ]

    @Test("Training and evaluation refuse them, and name the environment", arguments: environments.indices)
    func refusals(index: Int) throws {
        let (environment, problem) = Self.environments[index]
        let policy = try #require(try PPO(environment: CartPole.self).policy())
        for use in [
            { _ = try PPO(environment: environment, lineup: Lineup(mapping: .all(.default))) },
            {
                switch environment {
                case .singleAgent(let specification):
                    _ = try Evaluator(environment: specification).episodes(1, of: policy)
                case .multiAgent(let specification):
                    _ = try MultiAgentEvaluator(environment: specification)
                        .evaluate(["p": .random], mapping: .all("p"), episodes: 1)
                }
            },
        ] {
            let error = #expect(throws: StateError.self) { try use() }
            #expect(error?.code == .outOfRange && error?.path == "environment")
            #expect(error?.message.hasPrefix("environment \(problem)") == true, "\(String(describing: error))")
        }
    }
}
