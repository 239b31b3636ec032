import Foundation

/// The test of Mann and Whitney (1947): whether one sample tends to be larger than another.
enum MannWhitney {
    /// The probability that `left` would exceed `right` as much as it does if both came from one distribution: by the normal
    /// approximation with corrections for ties and continuity.
    static func probabilityOfExcess(of left: [Double], over right: [Double]) -> Double {
        let (m, n) = (Double(left.count), Double(right.count))
        var wins = 0.0
        for value in left { for other in right { wins += value > other ? 1 : value == other ? 0.5 : 0 } }
        let counts = Dictionary(grouping: left + right) { $0 }.values.map { Double($0.count) }
        let ties = counts.reduce(0) { $0 + $1 * $1 * $1 - $1 }
        let variance = m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1)))
        guard variance > 0 else { return 1 }
        return 0.5 * erfc((wins - m * n / 2 - 0.5) / variance.squareRoot() / 2.0.squareRoot())
    }
}
