import Rein
import ReinTestSupport
import Testing

/// Something to train: a method with settings, policies and a mapping, in an environment.
struct RelayedGame: Sendable, CustomTestStringConvertible {
    let method: String
    let environment: MultiAgentSpecification
    let settings: StateTree
    var lineup: @Sendable () throws -> Lineup = { .one }

    var testDescription: String { "\(method) on \(environment.id)" }

    func algorithm(
        relayed: Bool = true, threads: Int = 1,
        faults: @escaping @Sendable () -> RelayedEnvironments.Faults = { RelayedEnvironments.Faults() }
    ) throws -> AnyAlgorithm {
        let specification =
            relayed ? RelayedGames.specification(of: environment, faults: faults) : environment
        return try AlgorithmKind.named(method).makeAlgorithm(
            environment: .multiAgent(specification), settings: settings, lineup: lineup(), threads: threads)
    }
}

extension RelayedGame {
    static let ppo: StateTree = [
        "environmentCount": 13, "rolloutLength": 40, "minibatchSize": 64, "epochs": 1, "seed": 5,
        "normalizesObservations": true, "scalesRewards": true, "network": ["hidden": [8]],
    ]
    static let offPolicy: StateTree = [
        "environmentCount": 9, "stepsPerIteration": 30, "learningStarts": 50, "batchSize": 16, "seed": 3,
        "network": ["hidden": [8]],
    ]
    /// A policy that learns, one that only acts, and a draw between both.
    static let drawn: @Sendable () throws -> Lineup = {
        try Lineup(
            policies: ["main", "old"],
            mapping: [
                "player_1": "main", "player_0": "main",
                "*": .weighted([.init("main", weight: 1), .init("old", weight: 2)]),
            ], policiesToTrain: ["main"])
    }

    static let cases = [
        RelayedGame(method: "ppo", environment: MultiAgentSpecification(TicTacToe.self), settings: ppo),
        RelayedGame(method: "ppo", environment: MultiAgentSpecification(TicTacToe.self), settings: ppo, lineup: drawn),
        RelayedGame(method: "ppo", environment: MultiAgentSpecification(PressurePlates.self), settings: ppo),
        RelayedGame(
            method: "ppo",
            environment: MultiAgentSpecification(MultiAgentCartPole.self, timeLimit: 30) {
                MultiAgentCartPole(count: 3)
            }, settings: ppo,
            lineup: {
                try Lineup(policies: ["a", "b"], mapping: ["agent_0": "a", "*": "b"], policiesToTrain: ["a", "b"])
            }),
        RelayedGame(
            method: "ppo", environment: MultiAgentSpecification(Duet.self), settings: ppo,
            lineup: { try Lineup(policies: ["names", "moves"], mapping: ["caller": "names", "mover": "moves"]) }),
        RelayedGame(method: "ppo", environment: MultiAgentSpecification(Relay.self), settings: ppo),
        RelayedGame(method: "dqn", environment: MultiAgentSpecification(ConnectFour.self), settings: offPolicy),
        RelayedGame(
            method: "dqn", environment: MultiAgentSpecification(TicTacToe.self), settings: offPolicy, lineup: drawn),
        RelayedGame(method: "sac", environment: MultiAgentSpecification(Walkers.self), settings: offPolicy),
    ]

    /// What training leaves.
    static func bits(_ algorithm: AnyAlgorithm, iterations: Int = 3) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return try algorithm.lineup.policies.map { try #require(algorithm.policy($0)).state } + [
            algorithm.counters.state, algorithm.episodes.state,
        ]
    }
}
