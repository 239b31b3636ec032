import Foundation
import Rein

/// Discrete SAC at its defaults plays games against itself: what `player_1` then wins of 200 games against random moves,
/// and where the temperature has gone.
enum SelfPlay {
    /// A game, and what is asked of the policy.
    struct Game {
        let name: String
        let environment: MultiAgentSpecification
        let steps: Int
        /// Of 200 games; nil where nothing is asked.
        let leastWins: Int?
    }

    static let games = [
        Game(name: "TicTacToe", environment: MultiAgentSpecification(TicTacToe.self), steps: 20_000, leastWins: 190),
        Game(
            name: "ConnectFour", environment: MultiAgentSpecification(ConnectFour.self), steps: 20_000, leastWins: nil),
    ]

    /// Trains with each seed and prints a line for each.
    ///
    /// - Returns: whether every policy won as often as is asked of it.
    static func run(_ game: Game, seeds: Int) throws -> Bool {
        var isGood = true
        for seed in 1...max(1, seeds) {
            let algorithm = try SAC(environment: game.environment, configuration: SAC.Configuration(seed: seed))
            var temperatures: [Double] = []
            while algorithm.counters.environmentSteps < game.steps {
                guard let value = try algorithm.train().policies.first?.metric("temperature") else { continue }
                temperatures.append(value)
            }
            guard let policy = algorithm.policy() else { throw StateError(.notFound, "no policy") }
            let wins = try wins(of: policy, in: game)
            if let least = game.leastWins, wins < least { isGood = false }
            let highest = temperatures.max() ?? 0
            print(
                "\(game.name), seed \(seed): \(wins) of 200 won, temperature \((temperatures.last ?? 0).rounded(2)), "
                    + "at most \(highest.rounded(2))")
            fflush(nil)
        }
        return isGood
    }

    private static func wins(of policy: Policy, in game: Game) throws -> Int {
        let result = try MultiAgentEvaluator(environment: game.environment, seed: 1000).evaluate(
            ["main": .policy(policy, explores: false), "luck": .random],
            mapping: ["player_1": "main", "*": "luck"], episodes: 200)
        return result.parts(of: "main", as: "player_1").count { $0.totalReward > 0 }
    }
}
