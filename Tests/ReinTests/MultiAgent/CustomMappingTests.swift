import ReinTestSupport
import Testing

@testable import Rein

@Suite("Mappings that a program chooses")
struct CustomMappingTests {
    static func algorithm() throws -> PPO {
        try PPO(
            environment: TicTacToe.self, configuration: MultiAgentTrainingTests.ppo,
            lineup: Lineup(policies: ["a", "b"], mapping: mapping))
    }

    /// Seats in turn, some of them drawn.
    static var mapping: PolicyMapping {
        [
            "player_1": .chosen(among: ["a", "b"]) { $0.episode.isMultiple(of: 2) ? "a" : "b" },
            "*": .chosen(among: ["a", "b"]) { $0.random.nextDouble() < 0.5 ? "a" : "b" },
        ]
    }

    @Test("It is asked at every episode, and the run repeats")
    func repeats() throws {
        let algorithm = try Self.algorithm()
        let sharedRunner = try #require(algorithm.sharedRunner)
        func seats() -> [PolicyID] {
            stride(from: 0, to: 10, by: 2).map { sharedRunner.actors[Int(sharedRunner.assignedActors[$0])].id }
        }
        #expect(seats() == ["a", "a", "a", "a", "a"])
        _ = try algorithm.train()
        #expect(
            seats() == sharedRunner.episodeNumbers.elements.map { ($0 % 2 == 0 ? "a" : "b") as PolicyID })
        let other = try Self.algorithm()
        _ = try other.train()
        let areEqual = MultiAgentTrainingTests.states(of: other) == MultiAgentTrainingTests.states(of: algorithm)
        #expect(areEqual)
    }

    @Test("Saving says that it cannot be saved, and restoring asks for it")
    func saving() throws {
        try withTemporaryDirectory { directory in
            let whole = try Self.algorithm()
            _ = try whole.train()
            let refused = #expect(throws: StateError.self) { try whole.save(to: directory + "/no") }
            #expect(refused?.path == "mapping" && refused?.message.contains("leavingOutCustomMappings") == true)
            #expect(try !CheckpointDirectory.exists(at: directory + "/no"))
            let path = directory + "/yes"
            try whole.save(to: path, synchronizing: false, leavingOutCustomMappings: true)
            let missing = #expect(throws: StateError.self) {
                try PPO(restoring: path, environment: MultiAgentSpecification(TicTacToe.self))
            }
            #expect(missing?.path == "mapping")
            let restored = try PPO(
                restoring: path, environment: MultiAgentSpecification(TicTacToe.self),
                lineup: LineupChanges(mapping: Self.mapping))
            let taken = try Self.algorithm()
            try taken.restore(from: path)
            #expect(taken.counters == whole.counters)
            _ = try whole.train()
            _ = try restored.train()
            let areEqual = MultiAgentTrainingTests.states(of: restored) == MultiAgentTrainingTests.states(of: whole)
            #expect(areEqual)

            try whole.setMapping(["*": "a"])
            try whole.setEvaluationMapping(Self.mapping)
            #expect(throws: StateError.self) { try whole.save(to: directory + "/no") }
            try whole.save(to: directory + "/evaluation", synchronizing: false, leavingOutCustomMappings: true)
            let asked = #expect(throws: StateError.self) { try PPO(restoring: directory + "/evaluation") }
            #expect(asked?.path == "evaluationMapping")
        }
    }
}
