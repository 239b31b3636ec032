import Rein
import Testing

@Suite("Results as text")
struct DescriptionTests {
    private static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 2
        $0.rolloutLength = 64
        $0.epochs = 1
        $0.network.hidden = [8]
    }

    @Test("What training and evaluating give prints as one line each")
    func lines() throws {
        let algorithm = try PPO(
            environment: TicTacToe.self, configuration: Self.configuration,
            lineup: Lineup(
                policies: ["main", "old"], mapping: ["player_1": "main", "*": "old"], policiesToTrain: ["main"]))
        let result = try algorithm.train()
        let games = try algorithm.evaluate(episodes: 4)
        let report = try #require(result.policy("main"))
        let policy = try #require(algorithm.policy("main"))
        let lines = [
            "\(result)", "\(result.counters)", "\(report)", "\(try #require(result.episodes))", "\(games)",
            "\(games.episodes[0])", "\(games.episodes[0].parts[0])", "\(games.episodes[0].episode)", "\(algorithm)",
            "\(policy)", "\(algorithm.episodes)",
        ]
        for line in lines {
            #expect(!line.contains("\n") && line.count < 600, "\(line)")
            #expect(!line.contains("Rein"), "\(line)")
        }
        #expect("\(result)".hasPrefix("1 iteration, 128 steps"), "\(result)")
        #expect("\(result)".contains("main ") && "\(result)".contains(", old "), "\(result)")
        #expect("\(report)".hasPrefix("main: return ") && "\(report)".contains("policyLoss "), "\(report)")
        #expect("\(games)".contains(" won, ") && "\(games)".contains("4 episodes"), "\(games)")
        #expect("\(games.episodes[0])".contains("player_1 (main) "), "\(games.episodes[0])")
        #expect("\(algorithm)".hasPrefix("PPO on TicTacToe-v3, policies main, old: 1 iteration"), "\(algorithm)")
        #expect("\(policy)".hasPrefix("Policy("), "\(policy)")
    }

    @Test("Numbers in them are grouped and rounded, and what is not there is said")
    func words() {
        var counters = TrainingCounters()
        #expect("\(counters)" == "0 iterations, 0 steps, 0 episodes")
        (counters.iterations, counters.environmentSteps, counters.agentSteps) = (12, 12_288, 24_576)
        #expect("\(counters)" == "12 iterations, 12,288 steps (24,576 of agents), 0 episodes")
        #expect("\(TrainingResult())" == "0 iterations, 0 steps, 0 episodes; no episode ended; 0 steps/s")
        #expect("\(Episode(totalReward: 1, length: 1))" == "return 1.0, 1 step")
        #expect("\(EvaluationResult())" == "no episodes")
        #expect("\(EpisodeWindow())" == "no episodes")
        var window = EpisodeWindow(capacity: 2)
        window.append(contentsOf: (1...3).map { Episode(totalReward: Double($0), length: 4) })
        #expect("\(window)" == "return 2.5 (2.0 to 3.0), length 4.0, 2 episodes of 3")
        #expect("\(PolicyReport(id: "a"))" == "a: no episode ended")
    }
}
