import ReinCheckpoints
import ReinEnvironments
import ReinGymnasium
import ReinNumerics
import ReinSpaces
import Testing

@Suite(.enabled(if: RealPython.hasPettingZoo, "\(RealPython.message)"), .timeLimit(.minutes(5)))
struct PartyGamesTests {
    private static let games = ["relay", "dice"]

    @Test("A factory's agents have spaces and masks of their own")
    func spaces() throws {
        let relay = try PartyGames.specification("relay", options: ["agents": 4])
        #expect(relay.id == "python:party_games:relay")
        #expect(relay.agents == ["runner_0", "runner_1", "runner_2", "runner_3"])
        #expect(relay.observationSpaces.map(\.count) == [2, 3, 4, 5])
        #expect(relay.actionSpaces[0] == .discrete(Discrete(3, start: 1)))
        #expect(relay.actionSpaces.map(\.width) == [1, 2, 2, 2])
        let vector = relay.makeVector(seeds: [1])
        #expect(vector.maskWidths == [3, 0, 0, 0] && vector.stepsElsewhere)
    }

    @Test("Results do not depend on the number of workers, nor on the pieces", arguments: games)
    func division(game: String) throws {
        let seeds = (0..<8).map { UInt64($0) << 40 | 5 }
        var expected: [[UInt64]]?
        for (workers, pieces) in [(1, nil), (3, [0..<3, 3..<8]), (8, LaneDivision.singly(8))] {
            let tables = Tables(try PartyGames.specification(game, workers: workers), seeds: seeds, pieces: pieces)
            try tables.reset()
            let trace = try tables.run(60, pieces: pieces)
            #expect(trace == expected ?? trace, "\(workers)")
            expected = trace
        }
    }

    @Test(
        "Games are put where they were after any number of steps, in any number of workers", arguments: games,
        [0, 1, 2, 3, 5, 7, 8, 20])
    func restoring(game: String, steps: Int) throws {
        let seeds = (0..<4).map { UInt64($0) }
        let tables = Tables(try PartyGames.specification(game, workers: 2), seeds: seeds)
        try tables.reset()
        _ = try tables.run(steps)
        let state = tables.vector.state
        let expected = try tables.run(30)
        for workers in [1, 4] {
            let other = Tables(try PartyGames.specification(game, workers: workers), seeds: seeds)
            #expect(try other.vector.restoreLanes(from: state) == RestoredLanes())
            #expect(other.vector.state == state)
            other.skip(to: steps)
            #expect(try other.run(30) == expected, "\(workers)")
            #expect(other.vector.state == tables.vector.state)
        }
    }

    @Test("Agents leave one by one and come back, and what the truncated ones see is there")
    func leaving() throws {
        let vector = try PartyGames.specification("relay").makeVector(seeds: [1, 2])
        try vector.reset(0..<2)
        #expect(vector.acts.elements.allSatisfy { $0 })
        for step in 1...8 {
            vector.actions.clear()
            try vector.step(0..<2)
            let left = (0..<3).map { vector.statuses[$0] }
            #expect(
                left == [
                    step == 2 || step == 6 ? .terminated : .running, step == 5 ? .truncated : .running,
                    step == 8 ? .truncated : .running,
                ])
            let inPlay = (0..<3).map { vector.inPlay[$0] }
            #expect(inPlay == [step < 2 || 3..<6 ~= step, step < 5, step < 8], "\(step)")
            #expect((0..<3).map { vector.acts[$0] } == inPlay)
            // The first action of the first runner is 1; it is paid while it runs.
            #expect((vector.rewards[0] > 0) == (step <= 2 || 4...6 ~= step), "\(step)")
            #expect(vector.rewards[2] > 2)
            if step == 5 { #expect(6...7 ~= PartyGames.seen(vector, 0, 1)[0]) }
        }
        #expect(10...11 ~= PartyGames.seen(vector, 1, 2)[0])
        #expect(Array(vector.episodeStatuses.elements) == [.truncated, .truncated])
        try vector.reset(0..<1)
        #expect(Array(vector.episodeStatuses.elements) == [.running, .truncated])
        #expect(Array(vector.acts.elements) == [true, true, true, false, false, false])
        #expect(vector.rewards.elements.prefix(3).allSatisfy { $0 == 0 })
    }

    @Test("Who is truncated has a choice, and all of them while others have their turn")
    func truncatedMasks() throws {
        let tables = Tables(try PartyGames.specification("dice"), seeds: [1, 2, 3, 4])
        let vector = tables.vector
        try vector.reset(0..<4)
        let (observation, mask) = (AlignedBuffer<Float>(count: 3), AlignedBuffer<Bool>(count: 4))
        // Dice fall as they do: some are truncated in their turn, and some in others'.
        var (inTurn, waiting) = (0, 0)
        for _ in 0..<60 {
            vector.actions.mutableElements.update(repeating: 3)
            try vector.step(0..<4)
            for place in 0..<12 where vector.statuses[place] == .truncated {
                let places = [AgentPlace(environment: Int32(place / 3), agent: Int32(place % 3))]
                places.withUnsafeBufferPointer {
                    vector.observe($0, observations: observation.pointer, masks: mask.pointer)
                }
                #expect(mask.elements.contains(true) && observation[0] == Float(place % 3))
                if mask.elements.contains(false) { inTurn += 1 } else { waiting += 1 }
            }
            for lane in 0..<4 where vector.episodeStatuses[lane] != .running { try vector.reset(lane..<lane + 1) }
        }
        #expect(inTurn > 0 && waiting > 0, "\(inTurn), \(waiting)")
    }

    @Test("A game that is not repeated by its seed begins anew, and that is said")
    func lost() throws {
        let clock = try PartyGames.specification("relay", options: ["trouble": "clock"])
        let tables = Tables(clock, seeds: [1, 2])
        try tables.reset()
        _ = try tables.run(3)
        let other = Tables(clock, seeds: [1, 2])
        let restored = try other.vector.restoreLanes(from: tables.vector.state)
        #expect(restored.begunAnew == [0, 1])
        #expect(restored.reason.hasPrefix("lane 0, and 1 more: element "), "\(restored.reason)")
        #expect(other.vector.incidents?.episodesBegunAnew == 2)
        #expect(other.vector.acts.elements.allSatisfy { $0 })
        _ = try other.run(10)
    }

    @Test("Nothing is lost, and nothing told, where no game had begun")
    func notBegun() throws {
        let game = try PartyGames.specification("dice")
        let (tables, other) = (Tables(game, seeds: [1, 2]), Tables(game, seeds: [1, 2]))
        #expect(try other.vector.restoreLanes(from: tables.vector.state) == RestoredLanes(begunAnew: [0, 1]))
        #expect(other.vector.incidents == EnvironmentIncidents())
        try tables.reset()
        #expect(try other.run(10) == tables.run(10))
    }
}
