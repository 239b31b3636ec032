import Rein

/// How the player does against chance and against perfection, with its best moves, in both seats.
struct Report {
    /// The results, a line for each.
    private(set) var text = ""

    init(of algorithm: PPO, games: Int = 500) throws {
        for (name, opponent) in [("chance", EvaluationPlayer.random), ("perfection", PerfectPlayer.player)] {
            for seat in algorithm.agents {
                let result = try algorithm.evaluate(
                    episodes: games, opponents: ["opponent": opponent],
                    mapping: League.seats(seat, against: "opponent"))
                let (won, drawn, lost) = result.outcomes(of: League.main)
                text += "\n  against \(name) as \(seat): won \(won), drew \(drawn), lost \(lost) of \(games)"
            }
        }
    }
}
