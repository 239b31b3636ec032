import Foundation
import Rein

/// Ratings after Elo (1978, The Rating of Chessplayers): 400 points more mean ten times the odds.
struct EloRatings {
    private var values: [PolicyID: Double] = [:]

    /// A player's rating; 1,000 for one that has not played.
    subscript(player: PolicyID) -> Double { values[player] ?? 1000 }

    /// Gives a player the rating of another one.
    mutating func enter(_ player: PolicyID, as other: PolicyID) { values[player] = self[other] }

    /// Moves the ratings of two players towards their results.
    ///
    /// - Parameter score: the first one's points in a game, on average: 1 for a win, a half for a draw.
    mutating func record(_ player: PolicyID, against rival: PolicyID, score: Double, games: Int) {
        let expected = 1 / (1 + pow(10, (self[rival] - self[player]) / 400))
        let change = 2 * Double(games) * (score - expected)
        values[player] = self[player] + change
        values[rival] = self[rival] - change
    }
}
