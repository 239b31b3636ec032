import ReinEnvironments
import ReinNumerics
import Testing

@Suite struct GameTests {
    /// Plays moves in turn and returns the rewards of the last one.
    private func play(_ id: String, _ moves: [Int]) throws -> (run: MultiAgentRun, rewards: [Double]) {
        let run = MultiAgentRun(try EnvironmentRegistry.multiAgentSpecification(id).makeVector(seeds: [1]))
        try run.resetAll()
        for (index, move) in moves.enumerated() {
            #expect(run.vector.episodeStatuses[0] == .running)
            run.write([Float(move)], 0, index % 2)
            try run.stepAll()
        }
        return (run, run.row(0, of: run.vector.rewards))
    }

    @Test(
        "Every line of three wins",
        arguments: [
            [0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6],
        ])
    func ticTacToe(line: [Int]) throws {
        let others = (0..<9).filter { !line.contains($0) }
        let (run, rewards) = try play("TicTacToe-v3", [line[0], others[0], line[1], others[1], line[2]])
        #expect(rewards == [1, -1] && run.row(0, of: run.vector.statuses) == [.terminated, .terminated])
    }

    @Test("The player to move second wins as well")
    func secondPlayer() throws {
        #expect(try play("TicTacToe-v3", [0, 2, 1, 4, 8, 6]).rewards == [-1, 1])
        #expect(try play("ConnectFour-v3", [0, 1, 0, 1, 0, 1, 2, 1]).rewards == [-1, 1])
    }

    @Test("A full board without a line pays nobody")
    func draw() throws {
        let (run, rewards) = try play("TicTacToe-v3", [0, 1, 2, 4, 3, 5, 7, 6, 8])
        #expect(rewards == [0, 0] && run.vector.episodeStatuses[0] == .terminated)
        // Columns filled in pairs, so that the colours change every two rows and columns.
        let moves = [0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 2, 3, 2, 3, 3, 2, 3, 2, 2, 3, 2, 3]
        let rest = [4, 5, 4, 5, 5, 4, 5, 4, 4, 5, 4, 5, 6, 6, 6, 6, 6, 6]
        let full = try play("ConnectFour-v3", moves + rest)
        #expect(full.rewards == [0, 0] && full.run.vector.episodeStatuses[0] == .terminated)
        #expect(full.run.observe(0, 0, masks: false).observation.reduce(0, +) == 42)
    }

    @Test(
        "A move that is not valid ends the game at the mover's cost",
        arguments: [
            ("TicTacToe-v3", [4, 4], [0, -1]), ("TicTacToe-v3", [4, 0, 0], [-1, 0]), ("TicTacToe-v3", [9], [-1, 0]),
            ("ConnectFour-v3", [2, 2, 2, 2, 2, 2, 2], [-1, 0]), ("ConnectFour-v3", [0, 7], [0, -1]),
        ] as [(String, [Int], [Double])])
    func illegal(id: String, moves: [Int], expected: [Double]) throws {
        let (run, rewards) = try play(id, moves)
        #expect(rewards == expected && run.vector.episodeStatuses[0] == .terminated)
    }

    @Test(
        "Lines of four run in four directions, and not around the edge of the board",
        arguments: [
            ([0, 6, 1, 6, 2, 6, 3], true),  // A row.
            ([5, 0, 5, 0, 5, 0, 5], true),  // A column.
            ([0, 1, 1, 2, 2, 3, 2, 3, 3, 6, 3], true),  // Up to the right.
            ([6, 5, 5, 4, 4, 3, 4, 3, 3, 0, 3], true),  // Up to the left.
            ([1, 0, 6, 0, 6, 0, 0, 6, 0, 6, 0], false),  // Three at the top of a column, one at the foot of the next.
        ] as [([Int], Bool)])
    func connectFour(moves: [Int], wins: Bool) throws {
        let (run, rewards) = try play("ConnectFour-v3", moves)
        #expect(rewards == (wins ? [1, -1] : [0, 0]))
        #expect(run.vector.episodeStatuses[0] == (wins ? .terminated : .running))
    }
}
