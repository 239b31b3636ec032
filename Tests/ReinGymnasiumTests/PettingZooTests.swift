import ReinCheckpoints
import ReinEnvironments
import ReinGymnasium
import Testing

@Suite(
    .enabled(if: RealPython.hasPettingZoo, "\(RealPython.message)"),
    .timeLimit(.minutes(5)))
struct PettingZooTests {
    private static let ids = [
        "classic.tictactoe_v3", "classic.connect_four_v3", "classic.rps_v2", "sisl.multiwalker_v9",
    ]

    private func specification(_ id: String, workers: Int = 2) throws -> MultiAgentSpecification {
        try .pettingZoo(id, workers: workers, python: RealPython.path)
    }

    @Test(
        "Games equal Rein's own, bit for bit, masks included",
        arguments: [
            ("classic.tictactoe_v3", MultiAgentSpecification(TicTacToe.self)),
            ("classic.connect_four_v3", MultiAgentSpecification(ConnectFour.self)),
        ])
    func ownGames(id: String, own: MultiAgentSpecification) throws {
        let game = try specification(id)
        #expect(game.id == "pettingzoo:\(id)" && game.agents == own.agents)
        #expect(game.actionSpaces == own.actionSpaces && game.masksActions)
        #expect(game.observationSpaces.map(\.count) == own.observationSpaces.map(\.count))
        let seeds = (0..<6).map { UInt64($0) }
        let (tables, others) = (Tables(game, seeds: seeds), Tables(own, seeds: seeds))
        try tables.reset()
        try others.reset()
        for step in 0..<200 {
            let (theirs, mine) = (try tables.step(), try others.step())
            try #require(theirs == mine, "\(step)")
        }
    }

    @Test("Results do not depend on the number of workers, nor on the pieces", arguments: ids)
    func division(id: String) throws {
        let seeds = (0..<6).map { UInt64($0) << 40 | 5 }
        var expected: [[UInt64]]?
        for (workers, pieces) in [(1, nil), (4, [0..<3, 3..<6]), (6, LaneDivision.singly(6))] {
            let tables = Tables(try specification(id, workers: workers), seeds: seeds, pieces: pieces)
            try tables.reset()
            let trace = try tables.run(60, pieces: pieces)
            #expect(trace == expected ?? trace, "\(workers)")
            expected = trace
        }
    }

    @Test("Games are put where they were, and go on with the same bits", arguments: ids)
    func restoring(id: String) throws {
        let seeds = (0..<4).map { UInt64($0) }
        let tables = Tables(try specification(id), seeds: seeds)
        try tables.reset()
        for steps in [0, 33] {
            if steps > 0 { _ = try tables.run(steps) }
            let state = tables.vector.state
            let other = Tables(try specification(id, workers: 1 + steps % 4), seeds: seeds)
            #expect(try other.vector.restoreLanes(from: state) == RestoredLanes())
            #expect(other.vector.state == state)
            other.skip(to: steps)
            let expected = try tables.run(50)
            #expect(try other.run(50) == expected)
            // What is saved does not depend on where one came from.
            #expect(other.vector.state == tables.vector.state)
            #expect(try tables.vector.restoreLanes(from: state) == RestoredLanes())
            tables.skip(to: steps)
        }
    }

    @Test("What is for several agents is not for one, and the other way round")
    func kinds() throws {
        let single = #expect(throws: EnvironmentError.self) {
            try EnvironmentSpecification.gymnasium("pettingzoo:classic.rps_v2", python: RealPython.path)
        }
        let several = #expect(throws: EnvironmentError.self) {
            try MultiAgentSpecification.pettingZoo("gymnasium:CartPole-v1", python: RealPython.path)
        }
        #expect(single?.code == .wrongKind && several?.code == .wrongKind)
        let unknown = #expect(throws: EnvironmentError.self) { try specification("classic.tictactoe_v2") }
        #expect(unknown?.message.contains("tictactoe_v3") == true, "\(unknown?.message ?? "")")
    }
}
