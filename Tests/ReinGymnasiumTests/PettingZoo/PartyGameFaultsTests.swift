import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinTestSupport
import Testing

/// Games of several agents in which something goes wrong.
@Suite(.enabled(if: RealPython.hasPettingZoo, "\(RealPython.message)"), .timeLimit(.minutes(5)))
struct PartyGameFaultsTests {
    /// Calls a body with a game, and a function that makes trouble in the next fourth step of an episode.
    private func withTrouble(
        _ trouble: String, restarts: Int, _ body: (Tables, _ arm: () throws -> Void) throws -> Void
    ) throws {
        try withTemporaryDirectory { folder in
            let file = folder + "/trouble"
            let game = try PartyGames.specification(
                "relay", options: ["trouble": .string(trouble), "file": .string(file)], workers: 1,
                workerRestarts: restarts)
            try body(Tables(game, seeds: [1, 2])) { try Data().write(to: URL(fileURLWithPath: file)) }
        }
    }

    @Test("An error names lane, seed, step and actions, and games can be reset afterwards")
    func raising() throws {
        try withTrouble("raise", restarts: 0) { tables, arm in
            try tables.reset()
            try arm()
            let fault = #expect(throws: EnvironmentFault.self) { try tables.run(20) }
            let words = "\(try #require(fault))"
            #expect(words.contains("ValueError: the baton fell, in step 4 of the episode with seed 1"), "\(words)")
            #expect(words.contains("copy 0") && words.contains("with action [") && words.contains("party_games.py"))
            tables.vector.forgetEpisodes()
            try tables.reset()
            _ = try tables.run(20)
        }
    }

    @Test("Episodes of a worker that is killed are cut off for all in play where they were last seen")
    func cutOff() throws {
        try withTrouble("kill", restarts: 1) { tables, arm in
            let vector = tables.vector
            try tables.reset()
            try arm()
            _ = try tables.run(3)
            let last = (0..<3).map { PartyGames.seen(vector, 1, $0) }
            try vector.step(0..<2)
            #expect(vector.incidents?.workerRestarts == 1 && vector.incidents?.episodesCutOff == 2)
            #expect(vector.statuses.elements.allSatisfy { $0 == .truncated })
            #expect(vector.rewards.elements.allSatisfy { $0 == 0 } && !vector.inPlay.elements.contains(true))
            #expect((0..<3).map { PartyGames.seen(vector, 1, $0) } == last)
            try vector.reset(0..<2)
            #expect(vector.acts.elements.allSatisfy { $0 })
            _ = try tables.run(20)
            #expect(vector.incidents?.workerRestarts == 1)
            try arm()
            let fault = #expect(throws: EnvironmentFault.self) { try tables.run(20) }
            #expect(fault.map { "\($0)".contains("SIGKILL") } == true)
        }
    }

    @Test("Who waits is cut off where it last acted, also in a game that was put where it was")
    func cutOffWhileWaiting() throws {
        try withTemporaryDirectory { folder in
            let file = folder + "/trouble"
            let game = try PartyGames.specification(
                "dice", options: ["agents": 5, "trouble": "kill", "file": .string(file)], workers: 1,
                workerRestarts: 1)
            let first = game.makeVector(seeds: [11])
            try first.reset(0..<1)
            let start = PartyGames.seen(first, 0, 0)
            try first.step(0..<1)
            try #require(first.inPlay[0] && !first.acts[0] && first.acts[1])
            let second = game.makeVector(seeds: [11])
            try second.restore(from: first.state)
            try Data().write(to: URL(fileURLWithPath: file))
            try second.step(0..<1)
            #expect(second.statuses.elements.allSatisfy { $0 == .truncated })
            #expect(
                PartyGames.seen(second, 0, 0) == start && PartyGames.seen(second, 0, 1) == PartyGames.seen(first, 0, 1))
        }
    }
}
