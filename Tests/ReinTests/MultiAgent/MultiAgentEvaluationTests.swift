import ReinTestSupport
import Testing

@testable import Rein

@Suite("Evaluation of several agents")
struct MultiAgentEvaluationTests {
    static let game = MultiAgentSpecification(TicTacToe.self)

    /// A player that takes the first valid field.
    static let first = EvaluationPlayer.scripted { turn in .discrete(turn.mask.firstIndex(of: true) ?? 0) }

    @Test("Players act for the agents that the mapping gives them, with returns in closed form")
    func scripted() throws {
        // Fields 0 to 8 in turn: the first player has 0, 2, 4 and 6, a diagonal, after seven moves.
        let result = try MultiAgentEvaluator(environment: Self.game, seed: 3).evaluate(
            ["x": Self.first, "o": Self.first, "unused": .random], mapping: ["player_1": "x", "*": "o"], episodes: 20)
        #expect(result.episodes.count == 20)
        let (x, o) = (result.parts(of: "x"), result.parts(of: "o"))
        #expect(x == Array(repeating: Episode(totalReward: 1, length: 4), count: 20))
        #expect(o == Array(repeating: Episode(totalReward: -1, length: 3), count: 20))
        #expect(result.parts(as: "player_1") == x && result.players == ["x", "o"])
        #expect(result.episodes.allSatisfy { $0.episode == Episode(totalReward: 0, length: 7) })
        #expect(result.outcomes(of: "x") == (20, 0, 0) && result.outcomes(of: "o") == (0, 0, 20))
        #expect(result.outcomes(of: "x", as: "player_2") == (0, 0, 0))
    }

    @Test("Random play has the known odds, and episodes depend on their seeds alone")
    func random() throws {
        func play(_ episodes: Int, seed: Int) throws -> EvaluationResult {
            try MultiAgentEvaluator(environment: Self.game, seed: seed).evaluate(
                ["r": .random, "s": .random],
                mapping: ["player_1": .weighted([.init("r", weight: 1), .init("s", weight: 1)]), "*": "s"],
                episodes: episodes)
        }
        let many = try play(2000, seed: 0)
        // Of random games the first player wins 58.49 %, the second 28.81 % (a count of all games).
        let wins = many.parts(as: "player_1").count { $0.totalReward > 0 }
        let losses = many.parts(as: "player_1").count { $0.totalReward < 0 }
        #expect((1105...1235).contains(wins) && (515...637).contains(losses))
        #expect((900...1100).contains(many.parts(of: "r").count))
        #expect(try play(2000, seed: 0) == many)
        #expect(try play(17, seed: 0).episodes == Array(many.episodes.prefix(17)))
        #expect(try play(12, seed: 5).episodes == Array(many.episodes[5..<17]))
    }

    @Test("Evaluation has a mapping of its own, leaves training alone, and is part of the checkpoint")
    func own() throws {
        func algorithm() throws -> PPO {
            try PPO(
                environment: TicTacToe.self, configuration: MultiAgentTrainingTests.ppo,
                lineup: Lineup(
                    policies: ["main", "fixed"], mapping: .all("main"),
                    evaluationMapping: ["player_1": "main", "*": "fixed"], policiesToTrain: ["main"]))
        }
        let evaluated = try algorithm()
        let result = try evaluated.evaluate(episodes: 10, seed: 5, explores: true)
        #expect(result.parts(of: "main").count == 10 && result.parts(of: "fixed", as: "player_2").count == 10)
        let untouched = try algorithm()
        for algorithm in [evaluated, untouched] { _ = try algorithm.train() }
        let areEqual = MultiAgentTrainingTests.states(of: evaluated) == MultiAgentTrainingTests.states(of: untouched)
        #expect(areEqual)
        let both = try evaluated.evaluate(
            episodes: 4, opponents: ["luck": .random], mapping: ["player_2": "main", "*": "luck"])
        #expect(both.parts(of: "luck", as: "player_1").count == 4)

        try withTemporaryDirectory { directory in
            try evaluated.save(to: directory + "/one", synchronizing: false)
            let restored = try PPO(restoring: directory + "/one", environment: Self.game)
            #expect(restored.evaluationMapping == evaluated.evaluationMapping)
            #expect(
                try restored.evaluate(episodes: 10, explores: true) == evaluated.evaluate(episodes: 10, explores: true))
            let part = try PPO(
                restoring: directory + "/one", environment: Self.game,
                lineup: LineupChanges(policies: ["main"], mapping: .all("main")))
            let error = #expect(throws: StateError.self) { try part.evaluate(episodes: 1) }
            #expect(error?.message.contains("\"fixed\"") == true)
        }
    }

    @Test("What does not fit is an error")
    func errors() throws {
        let evaluator = MultiAgentEvaluator(environment: Self.game)
        #expect(throws: StateError.self) {
            try evaluator.evaluate(["a": .random], mapping: ["player_1": "a"], episodes: 1)
        }
        let stray = #expect(throws: StateError.self) {
            try evaluator.evaluate(["a": .scripted { _ in .discrete(4) }], mapping: .all("a"), episodes: 1)
        }
        #expect(stray?.message.contains("\"a\"") == true && stray?.message.contains("player_2") == true)
        let cart = try #require(try PPO(environment: CartPole.self).policy())
        let spaces = #expect(throws: StateError.self) {
            try evaluator.evaluate(["a": .policy(cart)], mapping: .all("a"), episodes: 1)
        }
        #expect(spaces?.message.contains("player_1") == true)
        let algorithm = try PPO(environment: TicTacToe.self, configuration: MultiAgentTrainingTests.ppo)
        #expect(throws: StateError.self) { try algorithm.evaluate(opponents: [.default: .random]) }
    }
}
