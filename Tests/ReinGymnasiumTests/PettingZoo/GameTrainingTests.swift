import Foundation
import Rein
import ReinGymnasium
import ReinTestSupport
import Synchronization
import Testing

/// Training in PettingZoo's games.
@Suite(.enabled(if: RealPython.hasPettingZoo, "\(RealPython.message)"), .timeLimit(.minutes(5)))
struct GameTrainingTests {
    /// A game of PettingZoo's, the same of Rein's, and how to learn it.
    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let game: String
        let own: String
        let settings: StateTree
        var lineup: @Sendable () throws -> Lineup = { .one }

        var testDescription: String { "\(method) on \(game)" }

        func algorithm(_ environment: TrainingEnvironment, threads: Int = 1) throws -> AnyAlgorithm {
            try AlgorithmKind.named(method).makeAlgorithm(
                environment: environment, settings: settings, lineup: lineup(), threads: threads)
        }

        func environment(workers: Int) throws -> TrainingEnvironment {
            .multiAgent(try .pettingZoo(game, workers: workers, python: RealPython.path))
        }
    }

    static let ppo: StateTree = [
        "environmentCount": 9, "rolloutLength": 40, "minibatchSize": 60, "epochs": 2, "seed": 5,
        "network": ["hidden": [16]],
    ]
    static let cases = [
        Case(method: "ppo", game: "classic.tictactoe_v3", own: "TicTacToe-v3", settings: ppo),
        Case(
            method: "ppo", game: "classic.connect_four_v3", own: "ConnectFour-v3", settings: ppo,
            lineup: {
                try Lineup(
                    policies: ["main", "old"],
                    mapping: [
                        "player_0": "main", "*": .weighted([.init("main", weight: 1), .init("old", weight: 1)]),
                    ], policiesToTrain: ["main"])
            }),
        Case(
            method: "dqn", game: "classic.tictactoe_v3", own: "TicTacToe-v3",
            settings: [
                "environmentCount": 9, "stepsPerIteration": 40, "learningStarts": 100, "batchSize": 16, "seed": 3,
                "network": ["hidden": [16]],
            ]),
    ]

    static func bits(_ algorithm: AnyAlgorithm, iterations: Int) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return try algorithm.lineup.policies.map { try #require(algorithm.policy($0)).state } + [
            algorithm.counters.state, algorithm.episodes.state,
        ]
    }

    @Test(
        "Self-play in Python's game gives the bits of Swift's, with any number of workers and threads", arguments: cases
    )
    func sameBits(_ sample: Case) throws {
        let own = try sample.algorithm(TrainingEnvironment(named: sample.own))
        let expected = try Self.bits(own, iterations: 3)
        for (workers, threads) in [(1, 1), (2, 2), (4, 1)] {
            let algorithm = try sample.algorithm(sample.environment(workers: workers), threads: threads)
            let areEqual = try Self.bits(algorithm, iterations: 3) == expected
            #expect(areEqual, "\(workers) workers, \(threads) threads")
            #expect(algorithm.environmentIncidents == EnvironmentIncidents())
        }
    }

    @Test("A run that is restored in the middle of games goes on with the same bits", arguments: cases, [0, 5])
    func restored(_ sample: Case, parts: Int) throws {
        let algorithm = try sample.algorithm(sample.environment(workers: 2))
        _ = try algorithm.train()
        if parts > 0 {
            let calls = Atomic(0)
            _ = try algorithm.train { calls.add(1, ordering: .relaxed).newValue < parts }
            #expect(algorithm.isInsideIteration)
        }
        let checkpoint = try algorithm.checkpoint()
        let expected = try Self.bits(algorithm, iterations: 2)
        for workers in [1, 4] {
            let other = try AnyAlgorithm(
                restoring: checkpoint, environment: sample.environment(workers: workers), threads: workers)
            #expect(other.environmentNotes.isEmpty, "\(other.environmentNotes)")
            let areEqual = try Self.bits(other, iterations: 2) == expected
            #expect(areEqual, "\(workers) workers")
        }
    }

    @Test("Evaluations in Python's game are those of Swift's")
    func evaluation() throws {
        let sample = Self.cases[0]
        let own = try sample.algorithm(TrainingEnvironment(named: sample.own))
        let algorithm = try sample.algorithm(sample.environment(workers: 2))
        #expect(try algorithm.evaluate(episodes: 40) == own.evaluate(episodes: 40))
    }

    @Test(
        "Agents of different spaces that leave and come back are trained, in turns and at once, and go on when restored",
        arguments: ["relay", "dice"])
    func partyGames(game: String) throws {
        RealPython.addModules()
        func environment(_ workers: Int) throws -> TrainingEnvironment {
            .multiAgent(try .pettingZoo("python:party_games:\(game)", workers: workers, python: RealPython.path))
        }
        let lineup =
            game == "dice"
            ? Lineup.one
            : try Lineup(
                policies: ["a", "b", "c"], mapping: ["runner_0": "a", "runner_1": "b", "runner_2": "c"])
        func algorithm(_ workers: Int) throws -> AnyAlgorithm {
            try AlgorithmKind.named("ppo").makeAlgorithm(
                environment: environment(workers), settings: Self.ppo, lineup: lineup, threads: workers)
        }
        let first = try algorithm(1)
        let expected = try Self.bits(first, iterations: 2)
        let second = try algorithm(3)
        let areEqual = try Self.bits(second, iterations: 2) == expected
        #expect(areEqual)
        let other = try AnyAlgorithm(restoring: second.checkpoint(), environment: environment(2))
        #expect(other.environmentNotes.isEmpty, "\(other.environmentNotes)")
        let goOnEqually = try Self.bits(other, iterations: 2) == Self.bits(first, iterations: 2)
        #expect(goOnEqually)
    }

    @Test("Workers that are killed are replaced, which is counted, and training goes on")
    func restarts() throws {
        RealPython.addModules()
        try withTemporaryDirectory { folder in
            let file = folder + "/trouble"
            let game = try MultiAgentSpecification.pettingZoo(
                "python:party_games:dice", options: ["trouble": "kill", "file": .string(file)], workers: 2,
                python: RealPython.path, workerRestarts: 1)
            let algorithm = try AlgorithmKind.named("ppo").makeAlgorithm(
                environment: .multiAgent(game), settings: Self.ppo, threads: 2)
            _ = try algorithm.train()
            try Data().write(to: URL(fileURLWithPath: file))
            let result = try algorithm.train()
            #expect(result.environments?.workerRestarts == 1)
            #expect(4...5 ~= result.environments?.episodesCutOff ?? 0)
            _ = try algorithm.train()
            try Data().write(to: URL(fileURLWithPath: file))
            #expect(throws: TrainingError.self) { try algorithm.train() }
            #expect(algorithm.counters.iterations == 3)
        }
    }
}
