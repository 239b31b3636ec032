import Rein

/// Tic-tac-toe without mistakes: every position is solved, and one of the best moves is drawn.
///
/// It never loses, so the best result against it is a draw.
enum PerfectPlayer {
    /// The player, for an evaluation.
    static let player = EvaluationPlayer.scripted { turn in
        // Two planes of the nine fields: the player's own marks and the other's.
        var own = 0
        var other = 0
        for field in 0..<9 {
            if turn.observation[2 * field] > 0.5 { own |= 1 << field }
            if turn.observation[2 * field + 1] > 0.5 { other |= 1 << field }
        }
        let moves = (0..<9).filter { turn.mask[$0] }
        let values = moves.map { -solutions.value(of: other, against: own | 1 << $0) }
        let best = values.max() ?? 0
        let choices = zip(moves, values).filter { $0.1 == best }.map(\.0)
        return .discrete(choices[turn.random.below(choices.count)])
    }

    private static let solutions = Solutions()
}

/// What the side to move can reach in each position: 1 a win, 0 a draw, -1 a loss.
private struct Solutions {
    private var values = [Int8?](repeating: nil, count: 1 << 18)

    init() { _ = solve(own: 0, other: 0) }

    /// The value of a position that the game can come to.
    func value(of own: Int, against other: Int) -> Int { Int(values[own << 9 | other] ?? 0) }

    private mutating func solve(own: Int, other: Int) -> Int8 {
        if let known = values[own << 9 | other] { return known }
        var value: Int8
        if Self.lines.contains(where: { other & $0 == $0 }) {
            value = -1
        } else {
            value = own | other == 0o777 ? 0 : -1
            for field in 0..<9 where (own | other) >> field & 1 == 0 {
                value = max(value, -solve(own: other, other: own | 1 << field))
            }
        }
        values[own << 9 | other] = value
        return value
    }

    private static let lines = [0o7, 0o70, 0o700, 0o111, 0o222, 0o444, 0o421, 0o124]
}
