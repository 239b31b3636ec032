import ReinCheckpoints

/// What the scores of trials of the same settings are made into.
public enum ScoreSummary: String, Sendable, CaseIterable {
    /// The mean of all.
    case mean
    /// The mean of the middle half: without a quarter of them, rounded down, at both ends.
    case interquartileMean

    /// The summary of some scores, of which NaN is the worst; NaN when it is among those that count, or there are none.
    func of(_ scores: [Double], _ order: ScoreOrder) -> Double {
        guard !scores.isEmpty else { return .nan }
        var counted = scores
        if self == .interquartileMean {
            // The worst first.
            counted.sort { left, right in
                if left.isNaN || right.isNaN { return left.isNaN && !right.isNaN }
                return order == .max ? left < right : left > right
            }
            let left = scores.count / 4
            counted = Array(counted[left..<scores.count - left])
        }
        return counted.reduce(0, +) / Double(counted.count)
    }
}
